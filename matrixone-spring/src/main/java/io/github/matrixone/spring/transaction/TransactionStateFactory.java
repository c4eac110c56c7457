package io.github.matrixone.spring.transaction;

/**
 * Makes the {@link TransactionState} of each connection to one server, and keeps what
 * they share. Thread-safe once configured.
 *
 * @since 0.1
 */
public final class TransactionStateFactory {

	private final ReferencedTables referencedTables = new ReferencedTables();

	private final HeldTurns heldTurns = new HeldTurns();

	private final PrimaryKeys primaryKeys = new PrimaryKeys();

	private final UniqueKeys uniqueKeys = new UniqueKeys();

	private final UpsertLocks upsertLocks = new UpsertLocks(this.uniqueKeys, this.referencedTables);

	private final RowLocks rowLocks = new RowLocks(this.uniqueKeys, this.referencedTables);

	private final ChangeHistory history = new ChangeHistory();

	private final Isolation.Server isolation = new Isolation.Server();

	private final SetInTransaction set = new SetInTransaction();

	private final UnsupportedIsolation unsupportedIsolation = new UnsupportedIsolation();

	private volatile boolean serializeLockUpgrades = true;

	/**
	 * Take for granted that each statement reads what is committed when it starts. It is
	 * found out otherwise.
	 */
	public void setReadCommitted() {
		this.isolation.setReadCommitted();
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
	 * Set whether transactions that ask for REPEATABLE READ or SERIALIZABLE run under
	 * READ COMMITTED, which is said once for each level. They are refused otherwise.
	 * @param downgradeIsolation whether they run
	 */
	public void setDowngradeIsolation(boolean downgradeIsolation) {
		this.unsupportedIsolation.setDowngrade(downgradeIsolation);
	}

	/**
	 * Set whether transactions belong to threads, so that one never waits for another one
	 * of its own thread.
	 * @param ofThreads whether they do
	 */
	public void setOfThreads(boolean ofThreads) {
		this.heldTurns.setOfThreads(ofThreads);
	}

	/**
	 * Create the state of a connection.
	 * @param rules what is refused on it
	 * @param initialDatabase knows the database that the connection began with
	 * @return the state
	 */
	public TransactionState create(StatementRules rules, CurrentDatabase initialDatabase) {
		return create(rules, initialDatabase, () -> false);
	}

	/**
	 * Create the state of a connection that can open another one.
	 * @param rules what is refused on it
	 * @param initialDatabase knows the database that the connection began with
	 * @param setProbe tries what {@code SET} does to a transaction
	 * @return the state
	 */
	public TransactionState create(StatementRules rules, CurrentDatabase initialDatabase, SetProbe setProbe) {
		Isolation isolation = new Isolation(this.isolation);
		TransactionLocks locks = new TransactionLocks(this.heldTurns);
		HeldRows heldRows = new HeldRows();
		return new TransactionState(rules, new SessionDatabase(initialDatabase), isolation, this.unsupportedIsolation,
				this.set, () -> !isolation.isIgnored() && setProbe.isTransactionKept(),
				new StatementLocks(rules.needLocksBefore(),
						this.serializeLockUpgrades ? lockUpgrades(locks, heldRows) : null, this.upsertLocks,
						this.rowLocks, locks, heldRows));
	}

	private LockUpgrades lockUpgrades(TransactionLocks locks, HeldRows heldRows) {
		return new LockUpgrades(this.referencedTables,
				new LockFirst(this.referencedTables, this.primaryKeys, this.history, heldRows), locks);
	}

}
