package io.github.matrixone.spring.snapshot;

/**
 * How a snapshot is taken. Immutable.
 *
 * @since 0.1
 */
public final class SnapshotOptions {

	private static final SnapshotOptions DEFAULTS = new SnapshotOptions(false, false);

	private final boolean committedDataOnly;

	private final boolean ifNotExists;

	private SnapshotOptions(boolean committedDataOnly, boolean ifNotExists) {
		this.committedDataOnly = committedDataOnly;
		this.ifNotExists = ifNotExists;
	}

	/**
	 * Refuse the snapshot after the transaction has written, and where there is one of
	 * that name.
	 * @return the options
	 */
	public static SnapshotOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Take the snapshot also after the transaction has written, knowing that it holds
	 * committed data only and none of these writes.
	 * @return other options
	 */
	public SnapshotOptions committedDataOnly() {
		return new SnapshotOptions(true, this.ifNotExists);
	}

	/**
	 * Return the snapshot of that name where there is one, whatever it holds.
	 * @return other options
	 */
	public SnapshotOptions ifNotExists() {
		return new SnapshotOptions(this.committedDataOnly, true);
	}

	/**
	 * Return whether the snapshot is meant to hold committed data only.
	 * @return whether it may be taken after the transaction has written
	 */
	boolean isCommittedDataOnly() {
		return this.committedDataOnly;
	}

	/**
	 * Return whether a snapshot of that name is no error.
	 * @return whether that one is returned then
	 */
	boolean isIfNotExists() {
		return this.ifNotExists;
	}

}
