package io.github.matrixone.spring.boot.autoconfigure.retention;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.convert.DurationUnit;

import io.github.matrixone.spring.snapshot.RetentionPolicy;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * Configuration properties of the retention of snapshots.
 *
 * @since 0.1
 */
@ConfigurationProperties("matrixone.retention")
public class MatrixOneRetentionProperties {

	/**
	 * Cron expression that says when to drop what has expired, in the time zone of the
	 * process. Nothing is dropped by itself without it.
	 */
	private @Nullable String schedule;

	/**
	 * Policies, each for the snapshots whose names begin with its prefix.
	 */
	private final List<Policy> policies = new ArrayList<>();

	public @Nullable String getSchedule() {
		return this.schedule;
	}

	public void setSchedule(@Nullable String schedule) {
		this.schedule = schedule;
	}

	public List<Policy> getPolicies() {
		return this.policies;
	}

	/**
	 * How long to keep the snapshots whose names begin with some text.
	 */
	public static class Policy {

		/**
		 * What the names begin with, in whatever case.
		 */
		private @Nullable String prefix;

		/**
		 * Age from which on a snapshot is dropped. If a unit is not specified, days will
		 * be used.
		 */
		@DurationUnit(ChronoUnit.DAYS)
		private @Nullable Duration maxAge;

		/**
		 * How many to keep of each database, table or account, however old they are.
		 */
		private int keepAtLeast = 1;

		/**
		 * Names of snapshots to keep for ever.
		 */
		private List<String> protect = new ArrayList<>();

		public @Nullable String getPrefix() {
			return this.prefix;
		}

		public void setPrefix(@Nullable String prefix) {
			this.prefix = prefix;
		}

		public @Nullable Duration getMaxAge() {
			return this.maxAge;
		}

		public void setMaxAge(@Nullable Duration maxAge) {
			this.maxAge = maxAge;
		}

		public int getKeepAtLeast() {
			return this.keepAtLeast;
		}

		public void setKeepAtLeast(int keepAtLeast) {
			this.keepAtLeast = keepAtLeast;
		}

		public List<String> getProtect() {
			return this.protect;
		}

		public void setProtect(List<String> protect) {
			this.protect = protect;
		}

		RetentionPolicy toPolicy() {
			if (this.prefix == null || this.maxAge == null) {
				throw new IllegalArgumentException("A policy needs a prefix and a max-age");
			}
			return RetentionPolicy.of(this.prefix, this.maxAge)
				.keepAtLeast(this.keepAtLeast)
				.protect(this.protect.stream().map(SnapshotName::of).toArray(SnapshotName[]::new));
		}

	}

}
