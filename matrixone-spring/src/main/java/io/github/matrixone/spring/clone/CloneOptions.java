package io.github.matrixone.spring.clone;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.SnapshotName;

/**
 * How a clone is made. Immutable.
 *
 * @since 0.1
 */
public final class CloneOptions {

	private static final CloneOptions DEFAULTS = new CloneOptions(null, null, false, false, false);

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
	 * @return other options
	 */
	public CloneOptions from(SnapshotName snapshot) {
		return from(AsOf.snapshot(snapshot));
	}

	/**
	 * Clone the data of a point in time.
	 * @param asOf the point in time
	 * @return other options
	 */
	public CloneOptions from(AsOf asOf) {
		Assert.notNull(asOf, "The point in time must not be null");
		Assert.state(!this.byCopy, "A clone by copy holds the rows of now, not of a point in time");
		return new CloneOptions(asOf, this.account, this.ifNotExists, this.copyGrants, false);
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
	 * Copy the rows of a table instead: slower and not zero-copy, but right also for rows
	 * that the transaction has updated, deleted or replaced.
	 * @return other options
	 */
	public CloneOptions byCopy() {
		Assert.state(this.asOf == null, "A clone by copy holds the rows of now, not of a point in time");
		return new CloneOptions(null, this.account, this.ifNotExists, this.copyGrants, true);
	}

	@Nullable AsOf asOf() {
		return this.asOf;
	}

	@Nullable AccountName account() {
		return this.account;
	}

	boolean isIfNotExists() {
		return this.ifNotExists;
	}

	boolean isCopyGrants() {
		return this.copyGrants;
	}

	boolean isByCopy() {
		return this.byCopy;
	}

}
