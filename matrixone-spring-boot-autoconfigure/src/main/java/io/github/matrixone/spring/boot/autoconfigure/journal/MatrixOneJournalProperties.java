package io.github.matrixone.spring.boot.autoconfigure.journal;

import java.time.Duration;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;

import io.github.matrixone.spring.boot.autoconfigure.PropertyChecks;
import io.github.matrixone.spring.journal.JournalTable;

/**
 * Configuration properties of the journal.
 *
 * @since 0.1
 */
@ConfigurationProperties("matrixone.journal")
public class MatrixOneJournalProperties extends DatabaseInitializationProperties implements InitializingBean {

	/**
	 * Whether to keep in a table what is to follow the end of transactions, and to
	 * recover it after the process has died.
	 */
	private boolean enabled = false;

	/**
	 * Name of the table. Another one than the default needs a schema script of its own.
	 */
	private String tableName = JournalTable.DEFAULT_NAME;

	/**
	 * How old what a transaction has left must be before a recovery takes it up.
	 */
	private Duration gracePeriod = Duration.ofMinutes(1);

	/**
	 * Time between two recoveries. The first runs when the application has started.
	 */
	private Duration recoveryInterval = Duration.ofMinutes(1);

	/**
	 * How long to keep entries that can never be carried out.
	 */
	private Duration failureRetention = Duration.ofDays(7);

	public MatrixOneJournalProperties() {
		setContinueOnError(false);
	}

	@Override
	public void afterPropertiesSet() {
		PropertyChecks.requireNotNegative("matrixone.journal.grace-period", this.gracePeriod);
		PropertyChecks.requirePositive("matrixone.journal.recovery-interval", this.recoveryInterval);
		PropertyChecks.requireNotNegative("matrixone.journal.failure-retention", this.failureRetention);
	}

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public String getTableName() {
		return this.tableName;
	}

	public void setTableName(String tableName) {
		this.tableName = tableName;
	}

	public Duration getGracePeriod() {
		return this.gracePeriod;
	}

	public void setGracePeriod(Duration gracePeriod) {
		this.gracePeriod = gracePeriod;
	}

	public Duration getRecoveryInterval() {
		return this.recoveryInterval;
	}

	public void setRecoveryInterval(Duration recoveryInterval) {
		this.recoveryInterval = recoveryInterval;
	}

	public Duration getFailureRetention() {
		return this.failureRetention;
	}

	public void setFailureRetention(Duration failureRetention) {
		this.failureRetention = failureRetention;
	}

	@Override
	public String getDefaultSchemaLocation() {
		return "classpath:" + JournalTable.SCHEMA;
	}

}
