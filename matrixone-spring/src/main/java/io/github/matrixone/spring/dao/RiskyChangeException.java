package io.github.matrixone.spring.dao;

import java.io.Serial;
import java.util.Map;

import org.springframework.dao.NonTransientDataAccessException;

import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * A change has failed half-way. What it had committed is there; a snapshot that was taken
 * before holds what was there.
 *
 * @since 0.1
 */
public class RiskyChangeException extends NonTransientDataAccessException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final transient SnapshotName before;

	private final transient Map<TableName, Long> changedRows;

	/**
	 * Create a new exception.
	 * @param message what happened, what has changed, and what can be done
	 * @param before the snapshot that was taken before
	 * @param changedRows how many rows of each table are others since
	 * @param cause the exception of the change
	 */
	public RiskyChangeException(String message, SnapshotName before, Map<TableName, Long> changedRows,
			Throwable cause) {
		super(message, cause);
		this.before = before;
		this.changedRows = Map.copyOf(changedRows);
	}

	/**
	 * Return the snapshot that was taken before the change.
	 * @return its name
	 */
	public SnapshotName getBefore() {
		return this.before;
	}

	/**
	 * Return how many rows of each table were added, updated or removed since, by the
	 * change or by anybody else.
	 * @return the numbers; a table that could not be compared is missing
	 */
	public Map<TableName, Long> getChangedRows() {
		return this.changedRows;
	}

}
