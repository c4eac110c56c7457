package io.github.matrixone.spring.transaction;

/**
 * Makes the {@link TransactionState} of each connection to one server, and keeps what
 * they share. Thread-safe once configured.
 *
 * @since 0.1
 */
public final class TransactionStates {

	private final ReferencedTables referencedTables = new ReferencedTables();

	private volatile boolean beginReadOnly;

	private volatile boolean serializeLockUpgrades = true;

	/**
	 * Set whether read-only transactions begin like all others.
	 * @param beginReadOnly whether to send {@code BEGIN} and {@code COMMIT} for them
	 */
	public void setBeginReadOnly(boolean beginReadOnly) {
		this.beginReadOnly = beginReadOnly;
	}

	/**
	 * Set whether transactions take turns that write rows with a foreign key and then
	 * change the referenced table.
	 * @param serializeLockUpgrades whether to take a named lock
	 */
	public void setSerializeLockUpgrades(boolean serializeLockUpgrades) {
		this.serializeLockUpgrades = serializeLockUpgrades;
	}

	/**
	 * Create the state of a connection.
	 * @param rules what is refused on it
	 * @param initialDatabase knows the database that the connection began with
	 * @return the state
	 */
	public TransactionState create(StatementRules rules, CurrentDatabase initialDatabase) {
		return new TransactionState(rules, initialDatabase, this.beginReadOnly,
				this.serializeLockUpgrades ? new LockUpgrades(this.referencedTables) : null);
	}

}
