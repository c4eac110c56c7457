package io.github.matrixone.spring.boot.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration properties of MatrixOne for Spring.
 *
 * @since 0.1
 */
@ConfigurationProperties("matrixone")
public class MatrixOneProperties implements InitializingBean {

	/**
	 * Whether to enable the starter. Without it data sources and R2DBC connection
	 * factories are left as they are and there are no operations.
	 */
	private boolean enabled = true;

	private final Branches branches = new Branches();

	private final Commands commands = new Commands();

	private final Driver driver = new Driver();

	private final ExceptionTranslation exceptionTranslation = new ExceptionTranslation();

	private final Past past = new Past();

	private final Retry retry = new Retry();

	private final Simulator simulator = new Simulator();

	private final Transaction transaction = new Transaction();

	@Override
	public void afterPropertiesSet() {
		PropertyChecks.requireNotNegative("matrixone.commands.slow-threshold", this.commands.slowThreshold);
		PropertyChecks.requirePositive("matrixone.past.keep-for", this.past.keepFor);
		PropertyChecks.requireNotNegative("matrixone.past.keep-at-most", this.past.keepAtMost);
	}

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Branches getBranches() {
		return this.branches;
	}

	public Commands getCommands() {
		return this.commands;
	}

	public Driver getDriver() {
		return this.driver;
	}

	public ExceptionTranslation getExceptionTranslation() {
		return this.exceptionTranslation;
	}

	public Past getPast() {
		return this.past;
	}

	public Retry getRetry() {
		return this.retry;
	}

	public Simulator getSimulator() {
		return this.simulator;
	}

	public Transaction getTransaction() {
		return this.transaction;
	}

	/**
	 * Properties of branches.
	 */
	public static class Branches {

		/**
		 * Whether the details of the health tell how many branches there are, how many of
		 * them have lost their parent, and how old the oldest is.
		 */
		private boolean healthDetails = false;

		/**
		 * Whether there is a table for notes on branches, which say whose each is and
		 * until when it is to be kept.
		 */
		private boolean notes = false;

		public boolean isHealthDetails() {
			return this.healthDetails;
		}

		public void setHealthDetails(boolean healthDetails) {
			this.healthDetails = healthDetails;
		}

		public boolean isNotes() {
			return this.notes;
		}

		public void setNotes(boolean notes) {
			this.notes = notes;
		}

	}

	/**
	 * Properties of commands that run beside a transaction.
	 */
	public static class Commands {

		/**
		 * Maximum number of connections for commands that run beside a transaction, such
		 * as taking a snapshot. They are opened when needed and closed when idle.
		 */
		private int maximumPoolSize = 2;

		/**
		 * Shortest duration from which on a command is logged as slow.
		 */
		private @Nullable Duration slowThreshold;

		public int getMaximumPoolSize() {
			return this.maximumPoolSize;
		}

		public void setMaximumPoolSize(int maximumPoolSize) {
			this.maximumPoolSize = maximumPoolSize;
		}

		public @Nullable Duration getSlowThreshold() {
			return this.slowThreshold;
		}

		public void setSlowThreshold(@Nullable Duration slowThreshold) {
			this.slowThreshold = slowThreshold;
		}

	}

	/**
	 * Properties of reads of the past.
	 */
	public static class Past {

		/**
		 * How long a copy of the past is kept that nobody reads.
		 */
		private Duration keepFor = Duration.ofMinutes(10);

		/**
		 * Maximum number of copies of the past that are kept when nobody reads them.
		 */
		private int keepAtMost = 16;

		public Duration getKeepFor() {
			return this.keepFor;
		}

		public void setKeepFor(Duration keepFor) {
			this.keepFor = keepFor;
		}

		public int getKeepAtMost() {
			return this.keepAtMost;
		}

		public void setKeepAtMost(int keepAtMost) {
			this.keepAtMost = keepAtMost;
		}

	}

	/**
	 * Properties of the JDBC driver.
	 */
	public static class Driver {

		/**
		 * Whether to adjust settings of Connector/J on connections to a MatrixOne that
		 * the URL does not set, such as useInformationSchema.
		 */
		private boolean adjust = true;

		public boolean isAdjust() {
			return this.adjust;
		}

		public void setAdjust(boolean adjust) {
			this.adjust = adjust;
		}

	}

	/**
	 * Properties of the exception translation.
	 */
	public static class ExceptionTranslation {

		/**
		 * Whether MatrixOne's errors are translated to exceptions of its own by
		 * JdbcTemplate, JPA and R2DBC connections. The operations always do.
		 */
		private boolean enabled = true;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * Properties of retries.
	 */
	public static class Retry {

		/**
		 * Whether to carry out the retries that @RetryOnConflict, and @Retryable with its
		 * predicate, ask for.
		 */
		private boolean enabled = true;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * Properties of the simulator.
	 */
	public static class Simulator {

		/**
		 * Whether to use the simulator if it is on the class path and neither a data
		 * source nor R2DBC is configured.
		 */
		private boolean enabled = true;

		/**
		 * Name of the database that the application starts in.
		 */
		private String database = "test";

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public String getDatabase() {
			return this.database;
		}

		public void setDatabase(String database) {
			this.database = database;
		}

	}

	/**
	 * Properties of transactions.
	 */
	public static class Transaction {

		/**
		 * Whether transactions take turns that write rows with a foreign key and then
		 * change the referenced table. Without it two of them can leave two rows under
		 * one primary key.
		 */
		private boolean serializeLockUpgrades = true;

		/**
		 * What becomes of a transaction that asks for REPEATABLE READ or SERIALIZABLE,
		 * which MatrixOne does not have.
		 */
		private UnsupportedIsolation isolation = UnsupportedIsolation.REFUSE;

		public boolean isSerializeLockUpgrades() {
			return this.serializeLockUpgrades;
		}

		public void setSerializeLockUpgrades(boolean serializeLockUpgrades) {
			this.serializeLockUpgrades = serializeLockUpgrades;
		}

		public UnsupportedIsolation getIsolation() {
			return this.isolation;
		}

		public void setIsolation(UnsupportedIsolation isolation) {
			this.isolation = isolation;
		}

		/**
		 * What becomes of a transaction that asks for an isolation level which the server
		 * does not have.
		 */
		public enum UnsupportedIsolation {

			/**
			 * The transaction is refused.
			 */
			REFUSE,

			/**
			 * The transaction runs under READ COMMITTED, with one warning for each level.
			 */
			READ_COMMITTED

		}

	}

}
