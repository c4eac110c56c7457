package io.github.matrixone.spring.snapshot;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * How a snapshot is taken: begin with {@link #defaults()} or
 * {@link #committedDataOnly()}, and add the rest. Immutable; equal where all options are.
 *
 * @since 0.1
 */
public final class SnapshotOptions {

	private static final SnapshotOptions DEFAULTS = new SnapshotOptions(false, false);

	private static final SnapshotOptions COMMITTED_DATA_ONLY = new SnapshotOptions(true, false);

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
	 * @return the options
	 */
	public static SnapshotOptions committedDataOnly() {
		return COMMITTED_DATA_ONLY;
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

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof SnapshotOptions that
				&& this.committedDataOnly == that.committedDataOnly && this.ifNotExists == that.ifNotExists);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.committedDataOnly, this.ifNotExists);
	}

	@Override
	public String toString() {
		return (this.committedDataOnly ? "committed data only" : "unless written")
				+ (this.ifNotExists ? ", if not exists" : "");
	}

}
