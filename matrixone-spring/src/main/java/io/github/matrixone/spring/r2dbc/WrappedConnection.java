package io.github.matrixone.spring.r2dbc;

import java.time.Duration;
import java.util.function.Supplier;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
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
 * A connection of a {@link MatrixOneConnectionFactory}: as long as the driver's, and with
 * a {@link R2dbcTransaction} for each time that a pool lends it.
 */
final class WrappedConnection implements Connection, Lifecycle, Wrapped<Connection> {

	private static final TransactionDefinition NO_ATTRIBUTES = new TransactionDefinition() {

		@Override
		public <T> @Nullable T getAttribute(Option<T> option) {
			return null;
		}

	};

	private final PhysicalConnection physical;

	private final Connection target;

	private final Supplier<R2dbcTransaction> transactions;

	private volatile R2dbcTransaction transaction;

	private volatile boolean lent;

	/**
	 * Create a connection.
	 * @param physical the driver's connection
	 * @param transactions makes what the next borrower uses
	 */
	WrappedConnection(PhysicalConnection physical, Supplier<R2dbcTransaction> transactions) {
		this.physical = physical;
		this.target = physical.connection();
		this.transactions = transactions;
		this.transaction = transactions.get();
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

	/**
	 * Called by the pool when it lends the connection. Where a borrower is cancelled
	 * while his connection is handed to him, r2dbc-pool takes it back without a call of
	 * {@link #preRelease()}, though he may still use it: nobody else gets it then.
	 */
	@Override
	public Mono<Void> postAllocate() {
		return Mono.defer(() -> {
			if (this.lent) {
				this.physical.spoil();
			}
			this.lent = true;
			return requireUnspoilt();
		})
			.then(Mono.defer(() -> (this.target instanceof Lifecycle lifecycle) ? Mono.from(lifecycle.postAllocate())
					: Mono.<Void>empty()));
	}

	/**
	 * Called by the pool when it takes the connection back. After an error it discards
	 * the connection.
	 */
	@Override
	public Mono<Void> preRelease() {
		return Mono.defer(() -> this.transaction.release())
			.then(Mono.defer(() -> (this.target instanceof Lifecycle lifecycle && !this.physical.isSpoilt())
					? Mono.from(lifecycle.preRelease()) : Mono.<Void>empty()))
			.doOnError((ex) -> this.physical.spoil())
			.then(Mono.defer(this::requireUnspoilt))
			.then(Mono.fromRunnable(() -> {
				this.transaction = this.transactions.get();
				this.lent = false;
			}));
	}

	private Mono<Void> requireUnspoilt() {
		return this.physical.isSpoilt() ? Mono.error(() -> new R2dbcNonTransientResourceException(
				"The connection is not as it was when it was lent: nobody else may use it")) : Mono.empty();
	}

	@Override
	public Mono<Void> close() {
		return Mono.defer(() -> this.transaction.close());
	}

	@Override
	public Statement createStatement(String sql) {
		return new WrappedStatement(sql, this.target, this.transaction);
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
		return this.physical.isSpoilt() ? Mono.just(false) : this.target.validate(depth);
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
