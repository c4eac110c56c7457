package io.github.matrixone.spring.boot.autoconfigure.retention;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.convert.DurationUnit;

import io.github.matrixone.spring.branch.BranchRetentionPolicy;
import io.github.matrixone.spring.sql.DatabaseName;

/**
 * Configuration properties of the retention of branches.
 *
 * @since 0.1
 */
@ConfigurationProperties("matrixone.branches.retention")
public class MatrixOneBranchRetentionProperties {

	/**
	 * Cron expression that says when to delete what has expired, in the time zone of the
	 * process. Nothing is deleted by itself without it.
	 */
	private @Nullable String schedule;

	/**
	 * Policies, each for the branches whose names begin with its prefix.
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
	 * How long to keep the branches whose names begin with some text.
	 */
	public static class Policy {

		/**
		 * Database whose tables the policy is for. Branches of whole databases if it is
		 * not set.
		 */
		private @Nullable String database;

		/**
		 * What the names begin with, in whatever case.
		 */
		private @Nullable String prefix;

		/**
		 * Age from which on a branch is deleted. If a unit is not specified, days will be
		 * used.
		 */
		@DurationUnit(ChronoUnit.DAYS)
		private @Nullable Duration maxAge;

		/**
		 * How long before it goes a branch is warned of in the log. If a unit is not
		 * specified, days will be used.
		 */
		@DurationUnit(ChronoUnit.DAYS)
		private Duration warnBefore = Duration.ofDays(1);

		/**
		 * Whether to delete branches as well that have changes which their parents do not
		 * have, or that cannot be compared. These changes are lost.
		 */
		private boolean alsoUnmerged;

		/**
		 * Names of branches to keep for ever.
		 */
		private List<String> protect = new ArrayList<>();

		public @Nullable String getDatabase() {
			return this.database;
		}

		public void setDatabase(@Nullable String database) {
			this.database = database;
		}

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

		public Duration getWarnBefore() {
			return this.warnBefore;
		}

		public void setWarnBefore(Duration warnBefore) {
			this.warnBefore = warnBefore;
		}

		public boolean isAlsoUnmerged() {
			return this.alsoUnmerged;
		}

		public void setAlsoUnmerged(boolean alsoUnmerged) {
			this.alsoUnmerged = alsoUnmerged;
		}

		public List<String> getProtect() {
			return this.protect;
		}

		public void setProtect(List<String> protect) {
			this.protect = protect;
		}

		BranchRetentionPolicy toPolicy() {
			if (this.prefix == null || this.maxAge == null) {
				throw new IllegalArgumentException("A policy needs a prefix and a max-age");
			}
			BranchRetentionPolicy policy = (this.database != null)
					? BranchRetentionPolicy.tables(DatabaseName.of(this.database), this.prefix, this.maxAge)
					: BranchRetentionPolicy.databases(this.prefix, this.maxAge);
			policy = policy.warnBefore(this.warnBefore).protect(this.protect.toArray(String[]::new));
			return this.alsoUnmerged ? policy.alsoUnmerged() : policy;
		}

	}

}
