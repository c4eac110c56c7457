package io.github.matrixone.spring.clone;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;

import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.dao.UnsupportedByServerException;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * How a clone is made: begin with what it is made of, {@link #defaults() now},
 * {@linkplain #from(SnapshotName) a snapshot} or {@linkplain #byCopy() a copy}, and add
 * the rest, as in {@code CloneOptions.from(nightly).ifNotExists()}. Immutable; equal
 * where all options are.
 *
 * @since 0.1
 */
public final class CloneOptions {

	private static final CloneOptions DEFAULTS = new CloneOptions(null, null, false, false, false);

	private static final CloneOptions BY_COPY = new CloneOptions(null, null, false, false, true);

	private final @Nullable AsOf asOf;

	private final @Nullable AccountName account;

	private final boolean ifNotExists;

	private final boolean copyGrants;

	private final boolean byCopy;

	private CloneOptions(@Nullable AsOf asOf, @Nullable AccountName account, boolean ifNotExists, boolean copyGrants,
			boolean byCopy) {
		this.asOf = asOf;
		this.account = account;
		this.ifNotExists = ifNotExists;
		this.copyGrants = copyGrants;
		this.byCopy = byCopy;
	}

	/**
	 * A live clone into the user's own account; a target that is there is an error.
	 * @return the options
	 */
	public static CloneOptions defaults() {
		return DEFAULTS;
	}

	/**
	 * Clone what a snapshot holds.
	 * @param snapshot the snapshot's name
	 * @return the options
	 */
	public static CloneOptions from(SnapshotName snapshot) {
		return from(AsOf.snapshot(snapshot));
	}

	/**
	 * Clone the data of a point in time.
	 * @param asOf the point in time
	 * @return the options
	 */
	public static CloneOptions from(AsOf asOf) {
		Assert.notNull(asOf, "The point in time must not be null");
		return new CloneOptions(asOf, null, false, false, false);
	}

	/**
	 * Copy the rows of a table, as they are now, instead: slower and not zero-copy, but
	 * right also for rows that the transaction has updated, deleted or replaced. Outside
	 * a transaction the two statements get one of their own.
	 * @return the options
	 */
	public static CloneOptions byCopy() {
		return BY_COPY;
	}

	/**
	 * Do nothing if the target is there. The target is looked up first, under the same
	 * transaction: {@code IF NOT EXISTS} is never sent, because the server ignores it for
	 * databases and appends rows to an existing table (MO#27039).
	 * @return other options
	 */
	public CloneOptions ifNotExists() {
		return new CloneOptions(this.asOf, this.account, true, this.copyGrants, this.byCopy);
	}

	/**
	 * Make the clone in another account. The server wants a snapshot for this, and an
	 * administrator of the sys account.
	 * @param account the account
	 * @return other options
	 */
	public CloneOptions toAccount(AccountName account) {
		Assert.notNull(account, "The account must not be null");
		return new CloneOptions(this.asOf, account, this.ifNotExists, this.copyGrants, this.byCopy);
	}

	/**
	 * Give the privileges on the source table on the clone as well.
	 * @return other options
	 */
	public CloneOptions copyGrants() {
		return new CloneOptions(this.asOf, this.account, this.ifNotExists, true, this.byCopy);
	}

	/**
	 * Refuse options that contradict each other.
	 * @throws UnsupportedByServerException if they do
	 */
	void requireUsableForTable() {
		if (this.account != null) {
			if (this.asOf == null || this.asOf.snapshot() == null) {
				throw new UnsupportedByServerException("A clone into another account needs a snapshot to clone from: "
						+ "take one and begin with CloneOptions.from(snapshot)");
			}
			if (this.ifNotExists) {
				throw new UnsupportedByServerException(
						"What exists in another account cannot be looked up from here: leave out ifNotExists()");
			}
		}
		if (this.byCopy && (this.account != null || this.copyGrants)) {
			throw new UnsupportedByServerException("A clone by copy can neither be made in another account nor copy "
					+ "grants: begin with CloneOptions.defaults() or from(snapshot)");
		}
	}

	/**
	 * Refuse options that contradict each other, or that there are for tables only.
	 * @throws UnsupportedByServerException if they do
	 */
	void requireUsableForDatabase() {
		requireUsableForTable();
		if (this.byCopy || this.copyGrants) {
			throw new UnsupportedByServerException(
					"Databases can be cloned neither by copy nor with their grants: clone their tables one by one");
		}
	}

	/**
	 * Return the command that clones a table in this way.
	 * @param source the table to clone, with its database
	 * @param target the table to make, with its database
	 * @return the command
	 */
	JournaledCommand clone(TableName source, TableName target) {
		return this.byCopy ? new CopyTable(source, target)
				: new CloneTable(source, target, this.asOf, this.copyGrants, this.account);
	}

	/**
	 * Return the command that clones a database in this way.
	 * @param source the database to clone
	 * @param target the database to make
	 * @return the command
	 */
	CloneDatabase clone(DatabaseName source, DatabaseName target) {
		return new CloneDatabase(source, target, this.asOf, this.account);
	}

	/**
	 * Return the snapshot to clone from.
	 * @return its name, or {@code null} if it is not cloned from a snapshot
	 */
	@Nullable SnapshotName snapshot() {
		return (this.asOf != null) ? this.asOf.snapshot() : null;
	}

	/**
	 * Return whether a target that is there is no error.
	 * @return whether nothing is done then
	 */
	boolean isIfNotExists() {
		return this.ifNotExists;
	}

	/**
	 * Return whether a target that is there can be seen and is an error.
	 * @return whether it is refused
	 */
	boolean isRefusedIfExists() {
		return !this.ifNotExists && isInOwnAccount();
	}

	/**
	 * Return whether the target is in the user's own account.
	 * @return whether it is
	 */
	boolean isInOwnAccount() {
		return this.account == null;
	}

	/**
	 * Return whether rows are copied.
	 * @return whether they are
	 */
	boolean isByCopy() {
		return this.byCopy;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof CloneOptions that && Objects.equals(this.asOf, that.asOf)
				&& Objects.equals(this.account, that.account) && this.ifNotExists == that.ifNotExists
				&& this.copyGrants == that.copyGrants && this.byCopy == that.byCopy);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.asOf, this.account, this.ifNotExists, this.copyGrants, this.byCopy);
	}

	@Override
	public String toString() {
		return (this.byCopy ? "by copy" : (this.asOf != null) ? "from " + this.asOf : "live")
				+ ((this.account != null) ? ", to account " + this.account : "")
				+ (this.ifNotExists ? ", if not exists" : "") + (this.copyGrants ? ", copy grants" : "");
	}

}
