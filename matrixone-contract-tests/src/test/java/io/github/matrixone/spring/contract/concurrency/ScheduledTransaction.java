package io.github.matrixone.spring.contract.concurrency;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.matrixone.spring.jdbc.connection.MatrixOneConnection;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A transaction on a connection and a thread of its own, which is sent its statements one
 * by one, and may not answer for a while.
 */
final class ScheduledTransaction implements AutoCloseable {

	private static final int SOON_MILLISECONDS = 50;

	private static final int LATE_SECONDS = 30;

	private final Connection connection;

	private final int firstKey;

	private final boolean raw;

	private final ExecutorService thread = Executors.newSingleThreadExecutor();

	private final List<Future<?>> answers = new ArrayList<>();

	/**
	 * Create a transaction, which begins with its first statement.
	 * @param connection the connection, of the starter or the driver
	 * @param firstKey the key of row {@code a}
	 */
	ScheduledTransaction(Connection connection, int firstKey) throws SQLException {
		this.connection = connection;
		this.firstKey = firstKey;
		this.raw = !connection.isWrapperFor(MatrixOneConnection.class);
	}

	void send(LockStep step) {
		int index = this.answers.size();
		this.answers.add(this.thread.submit(() -> {
			if (index == 0) {
				begin();
			}
			execute(step);
			return null;
		}));
	}

	void requireAnswers(int count) throws Exception {
		for (Future<?> answer : this.answers.subList(0, count)) {
			answer.get(LATE_SECONDS, TimeUnit.SECONDS);
		}
	}

	void requireAnswer() throws Exception {
		lastAnswer().get(LATE_SECONDS, TimeUnit.SECONDS);
	}

	void requireToWait() {
		assertThatExceptionOfType(TimeoutException.class)
			.isThrownBy(() -> lastAnswer().get(SOON_MILLISECONDS, TimeUnit.MILLISECONDS));
	}

	Throwable requireError() {
		return catchThrowableOfType(ExecutionException.class, () -> lastAnswer().get(LATE_SECONDS, TimeUnit.SECONDS))
			.getCause();
	}

	@Override
	public void close() {
		this.thread.shutdownNow();
	}

	private Future<?> lastAnswer() {
		return this.answers.get(this.answers.size() - 1);
	}

	private void begin() throws SQLException {
		if (this.raw) {
			execute("BEGIN");
		}
		else {
			this.connection.setAutoCommit(false);
		}
	}

	private void end(boolean commit) throws SQLException {
		if (this.raw) {
			execute(commit ? "COMMIT" : "ROLLBACK");
		}
		else if (commit) {
			this.connection.commit();
		}
		else {
			this.connection.rollback();
		}
	}

	private void execute(LockStep step) throws SQLException {
		int key = this.firstKey + step.row();
		switch (step.kind()) {
			case COMMIT -> end(true);
			case ROLLBACK -> end(false);
			// The starter would learn to lock first where it knew the key.
			case CHILD -> execute("INSERT INTO child (parent_id) VALUES (" + key + " + 0)");
			case LOCK -> execute("SELECT n FROM parent WHERE id = " + key + " FOR UPDATE");
			case UPDATE -> execute("UPDATE parent SET n = n + 1 WHERE id = " + key);
			default -> throw new IllegalArgumentException(step.toString());
		}
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

}
