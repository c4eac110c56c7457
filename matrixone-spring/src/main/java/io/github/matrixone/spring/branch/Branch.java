package io.github.matrixone.spring.branch;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.TableName;

/**
 * A branch of a table, as the server knows it.
 *
 * @param table the branch
 * @param parent the table that it was made from, or {@code null} if that is not there any
 * more
 * @param branchedAt the point in time of the parent that the branch began with; the
 * server keeps the parent's rows of that time as long as the branch is there
 * @param ofDatabase whether it was made with its whole database
 * @param id the identity that the server has given the table
 * @param parentId the identity that the parent had when the branch was made
 * @since 0.1
 */
public record Branch(TableName table, @Nullable TableName parent, Instant branchedAt, boolean ofDatabase, String id,
		String parentId) {

	/**
	 * Return the parent.
	 * @return the table that the branch was made from
	 * @throws TableNotFoundException if it is not there any more
	 */
	public TableName requireParent() {
		TableName parent = this.parent;
		if (parent == null) {
			throw new TableNotFoundException("The table that " + this.table
					+ " is a branch of is not there any more, or "
					+ "was emptied by TRUNCATE or by a DELETE without WHERE, and is another one for the server since: the "
					+ "branch can only be read, cloned or deleted");
		}
		return parent;
	}

	/**
	 * Return what a query has to name to read the rows that the branch began with.
	 */
	String base() {
		return requireParent().quoted() + ' ' + hint();
	}

	/**
	 * Return the hint for the point in time that the branch began with. By the clock of
	 * this machine that may still lie in the future.
	 */
	String hint() {
		return AsOf.hint(this.branchedAt);
	}

	static long nanoseconds(Instant instant) {
		return Math.addExact(TimeUnit.SECONDS.toNanos(instant.getEpochSecond()), instant.getNano());
	}

}
