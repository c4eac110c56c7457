package io.github.matrixone.spring.reactive;

import java.time.Duration;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.dao.StatementRefusedException;
import io.github.matrixone.spring.dao.StatementRefusedException.Reason;
import io.github.matrixone.spring.transaction.StatementRules;

/**
 * A connection of a {@link MatrixOneConnectionFactory}.
 */
final class WrappedConnection implements Connection, Wrapped<Connection> {

	private static final TransactionDefinition NO_ATTRIBUTES = new TransactionDefinition() {

		@Override
		public <T> @Nullable T getAttribute(Option<T> option) {
			return null;
		}

	};

	private final Connection target;

	private final R2dbcTransaction transaction;

	WrappedConnection(Connection target, R2dbcTransaction transaction) {
		this.target = target;
		this.transaction = transaction;
	}

	/**
	 * Find the wrapper among those around a connection.
	 * @param connection any connection
	 * @return the wrapper, or {@code null} if there is none
	 */
	static @Nullable WrappedConnection find(Connection connection) {
		Object candidate = connection;
		while (!(candidate instanceof WrappedConnection) && candidate instanceof Wrapped<?> wrapped) {
			candidate = wrapped.unwrap();
		}
		return (candidate instanceof WrappedConnection found) ? found : null;
	}

	R2dbcTransaction transaction() {
		return this.transaction;
	}

	@Override
	public Connection unwrap() {
		return this.target;
	}

	@Override
	public Mono<Void> beginTransaction() {
		return this.transaction.begin(NO_ATTRIBUTES);
	}

	@Override
	public Mono<Void> beginTransaction(TransactionDefinition definition) {
		return this.transaction.begin(definition);
	}

	@Override
	public Mono<Void> commitTransaction() {
		return this.transaction.commit();
	}

	@Override
	public Mono<Void> rollbackTransaction() {
		return this.transaction.rollback();
	}

	@Override
	public Mono<Void> close() {
		return this.transaction.close();
	}

	@Override
	public Statement createStatement(String sql) {
		return new WrappedStatement(sql, this.target.createStatement(sql), this.transaction);
	}

	@Override
	public Batch createBatch() {
		return new WrappedBatch(this.target.createBatch(), this.transaction);
	}

	@Override
	public Publisher<Void> createSavepoint(String name) {
		return savepointRefused("SAVEPOINT");
	}

	@Override
	public Publisher<Void> releaseSavepoint(String name) {
		return savepointRefused("RELEASE SAVEPOINT");
	}

	@Override
	public Publisher<Void> rollbackTransactionToSavepoint(String name) {
		return savepointRefused("ROLLBACK TO SAVEPOINT");
	}

	@Override
	public boolean isAutoCommit() {
		return this.transaction.state().isAutoCommit();
	}

	@Override
	public Publisher<Void> setAutoCommit(boolean autoCommit) {
		return this.transaction.setAutoCommit(autoCommit);
	}

	@Override
	public IsolationLevel getTransactionIsolationLevel() {
		return IsolationLevel.READ_COMMITTED;
	}

	@Override
	public Publisher<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
		return this.transaction.requireIsolation(isolationLevel);
	}

	@Override
	public Publisher<Void> setLockWaitTimeout(Duration timeout) {
		return setting("SET lock_wait_timeout = " + Math.max(timeout.toSeconds(), 1));
	}

	@Override
	public Publisher<Void> setStatementTimeout(Duration timeout) {
		return Mono.error(() -> R2dbcErrors.translate("SET max_execution_time",
				new StatementRefusedException(Reason.UNSUPPORTED,
						"A timeout of statements is refused: the server ignores it, and setting it would commit the "
								+ "transaction (MO#26872). Use the timeout of @Transactional, or Mono.timeout")));
	}

	@Override
	public ConnectionMetadata getMetadata() {
		return this.target.getMetadata();
	}

	@Override
	public Publisher<Boolean> validate(ValidationDepth depth) {
		return this.target.validate(depth);
	}

	@Override
	public String toString() {
		return "MatrixOne " + this.target;
	}

	private Mono<Void> setting(String sql) {
		return Flux.from(createStatement(sql).execute()).flatMap((result) -> result.getRowsUpdated()).then();
	}

	private Mono<Void> savepointRefused(String sql) {
		return Mono.error(() -> R2dbcErrors.translate(sql, StatementRules.savepointsRefused()));
	}

}
