package io.github.matrixone.spring.reactive;

import java.util.List;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Wrapped;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import org.springframework.r2dbc.connection.DelegatingConnectionFactory;

import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.CurrentDatabase;
import io.github.matrixone.spring.transaction.StatementRules;
import io.github.matrixone.spring.transaction.TransactionStates;

/**
 * {@link DelegatingConnectionFactory} whose connections keep the promises of a
 * {@link io.github.matrixone.spring.jdbc.MatrixOneDataSource} without blocking.
 * {@code beginTransaction} sends nothing: the first statement is preceded by
 * {@code BEGIN}. A transaction of <i>n</i> statements sends <i>n</i> + 2, an empty one
 * nothing, and a read-only one its <i>n</i> statements only. Once in the life of a
 * physical connection its id and database are asked for.
 *
 * <p>
 * What would commit silently, corrupt data or escape the transaction is refused with the
 * exception that the blocking side would give. Errors of the driver arrive as Spring's
 * {@link org.springframework.dao.DataAccessException}s as well. After an error by which
 * the server has dropped the transaction, and after the cancellation of a statement that
 * may have changed something, everything but the rollback is refused.
 *
 * <p>
 * The statements of one connection are sent one after the other. A result that is still
 * being read when another statement waits is read into memory. A statement that is
 * cancelled goes on until the transaction is rolled back or the connection is given back;
 * half a second later the server is told to end it ({@code KILL QUERY}, on a connection
 * of its own).
 *
 * <p>
 * Whether the server is a MatrixOne is found out once, from the first connection's
 * handshake, without sending a statement. Connections to any other server are returned
 * untouched. Thread-safe once configured.
 *
 * @since 0.1
 */
public class MatrixOneConnectionFactory extends DelegatingConnectionFactory {

	private static final Log logger = LogFactory.getLog(MatrixOneConnectionFactory.class);

	private static final int INTERRUPT_RETRIES = 9;

	private final TransactionStates states = new TransactionStates();

	private final StatementRules rules = StatementRules.forServer();

	private final boolean announced;

	private volatile boolean translateExceptions = true;

	private volatile @Nullable Boolean matrixOne;

	/**
	 * Create a connection factory.
	 * @param targetConnectionFactory the application's connection factory, usually a pool
	 */
	public MatrixOneConnectionFactory(ConnectionFactory targetConnectionFactory) {
		this(targetConnectionFactory, true);
	}

	private MatrixOneConnectionFactory(ConnectionFactory targetConnectionFactory, boolean announced) {
		super(targetConnectionFactory);
		this.announced = announced;
	}

	/**
	 * Wrap the connections for commands beside a transaction, whose server is the
	 * application's: it is not logged again.
	 */
	static MatrixOneConnectionFactory beside(ConnectionFactory ownConnections) {
		return new MatrixOneConnectionFactory(ownConnections, false);
	}

	/**
	 * Set whether read-only transactions begin like all others. Needed only if the server
	 * is configured for an isolation other than READ COMMITTED.
	 * @param beginReadOnly whether to send {@code BEGIN} and {@code COMMIT} for them
	 */
	public void setBeginReadOnly(boolean beginReadOnly) {
		this.states.setBeginReadOnly(beginReadOnly);
	}

	/**
	 * Set whether transactions take turns that write rows with a foreign key and then
	 * change the referenced table, as
	 * {@link io.github.matrixone.spring.jdbc.MatrixOneDataSource#setSerializeLockUpgrades}
	 * explains.
	 * @param serializeLockUpgrades whether to take a named lock
	 */
	public void setSerializeLockUpgrades(boolean serializeLockUpgrades) {
		this.states.setSerializeLockUpgrades(serializeLockUpgrades);
	}

	/**
	 * Set whether errors of the driver are translated to Spring's exceptions, which is
	 * the default. Spring's own translation, which is left otherwise, knows few of
	 * MatrixOne's. Refusals are always Spring's exceptions.
	 * @param translateExceptions whether to translate them
	 */
	public void setTranslateExceptions(boolean translateExceptions) {
		this.translateExceptions = translateExceptions;
	}

	@Override
	public Mono<Connection> create() {
		return Mono.from(getTargetConnectionFactory().create()).map(this::wrap);
	}

	/**
	 * Say whether a connection leads to a MatrixOne. The driver knows this from the
	 * handshake: nothing is sent.
	 * @param connection the connection
	 * @return whether the server calls itself MatrixOne
	 */
	static boolean isMatrixOne(Connection connection) {
		return connection.getMetadata().getDatabaseVersion().contains("MatrixOne");
	}

	private Connection wrap(Connection connection) {
		if (!leadsToMatrixOne(connection) || WrappedConnection.find(connection) != null) {
			return connection;
		}
		CurrentDatabase database = () -> initialDatabase(connection);
		return new WrappedConnection(connection, new R2dbcTransaction(connection,
				this.states.create(this.rules, database), this::interrupt, this.translateExceptions));
	}

	private static @Nullable DatabaseName initialDatabase(Connection connection) {
		PhysicalConnection physical = PhysicalConnection.of(connection);
		return (physical != null) ? physical.database() : null;
	}

	private boolean leadsToMatrixOne(Connection connection) {
		Boolean matrixOne = this.matrixOne;
		if (matrixOne == null) {
			matrixOne = isMatrixOne(connection);
			this.matrixOne = matrixOne;
			if (this.announced) {
				logFirst(connection, matrixOne);
			}
		}
		return matrixOne;
	}

	private static void logFirst(Connection connection, boolean matrixOne) {
		if (logger.isInfoEnabled()) {
			String server = connection.getMetadata().getDatabaseVersion();
			logger.info(matrixOne ? "Connected to " + server + " with R2DBC: transactions begin with BEGIN"
					: "Connected to " + connection.getMetadata().getDatabaseProductName() + ' ' + server
							+ ", which is not a MatrixOne: its connections are left as they are");
		}
	}

	/**
	 * Tell the server to end a connection's statement. A compute node knows its own
	 * connections only, and a load balancer chooses the node: another connection may
	 * reach the right one. If that fails, the statement ends by itself.
	 */
	private Mono<Void> interrupt(String connectionId) {
		long id = Long.parseLong(connectionId);
		return Mono
			.usingWhen(unpooled().create(),
					(connection) -> Flux.from(connection.createStatement("KILL QUERY " + id).execute())
						.flatMap((result) -> result.getRowsUpdated())
						.then(),
					Connection::close)
			.retryWhen(Retry.max(INTERRUPT_RETRIES).filter(MatrixOneConnectionFactory::isOtherNode))
			.onErrorResume((ex) -> {
				logger.debug("A cancelled statement could not be ended, and goes on", ex);
				return Mono.empty();
			});
	}

	private static boolean isOtherNode(Throwable ex) {
		return ex.getMessage() != null && ex.getMessage().contains("Unknown connection id");
	}

	private ConnectionFactory unpooled() {
		ConnectionFactory factory = getTargetConnectionFactory();
		while (factory instanceof Wrapped<?> wrapped && wrapped.unwrap() instanceof ConnectionFactory inner) {
			factory = inner;
		}
		return factory;
	}

}
