package io.github.matrixone.spring.r2dbc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.Wrapped;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import io.github.matrixone.spring.transaction.StatementRules;
import io.github.matrixone.spring.transaction.TransactionStateFactory;

/**
 * {@link ConnectionFactory} between a pool and the driver. Its connections keep the
 * promises of a {@link io.github.matrixone.spring.jdbc.MatrixOneDataSource} without
 * blocking. {@code beginTransaction} sends nothing: the first statement is preceded by
 * {@code BEGIN}. A transaction of <i>n</i> statements sends <i>n</i> + 2, an empty one
 * nothing, and a read-only one its <i>n</i> statements only. Once in the life of a
 * connection its id and database are asked for.
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
 * When the pool takes a connection back ({@link io.r2dbc.spi.Lifecycle}), or when it is
 * closed, what is under way is ended and an open transaction is rolled back. The next
 * borrower finds nothing of it; where that cannot be promised the pool discards the
 * connection. What stands between this and the pool must therefore hand the connections
 * on as they are.
 *
 * <p>
 * Whether a connection leads to a MatrixOne is known from its handshake, without sending
 * a statement. Connections to any other server are returned untouched. Thread-safe once
 * configured.
 *
 * @since 0.1
 */
public class MatrixOneConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory> {

	private static final Log logger = LogFactory.getLog(MatrixOneConnectionFactory.class);

	private static final boolean POOL_PRESENT = ClassUtils.isPresent("io.r2dbc.pool.ConnectionPool",
			MatrixOneConnectionFactory.class.getClassLoader());

	private static final int INTERRUPT_RETRIES = 9;

	private final ConnectionFactory driver;

	private final TransactionStateFactory states = new TransactionStateFactory();

	private final StatementRules rules = StatementRules.forServer();

	private final Set<String> announced = ConcurrentHashMap.newKeySet();

	private volatile boolean translateExceptions = true;

	/**
	 * Create a connection factory, to build a pool on.
	 * @param driver the driver's connection factory, without a pool
	 */
	public MatrixOneConnectionFactory(ConnectionFactory driver) {
		Assert.notNull(driver, "The driver's connection factory must not be null");
		Assert.isTrue(!isPooled(driver),
				"A MatrixOneConnectionFactory belongs beneath the pool, one for all that a physical connection lives: "
						+ "build the pool on new MatrixOneConnectionFactory(driverFactory), "
						+ "or give it the URL r2dbc:pool:matrixone://…");
		this.driver = driver;
	}

	/**
	 * Return whether connections come from a {@link MatrixOneConnectionFactory}, as far
	 * as that shows without opening one.
	 * @param connectionFactory the connection factory, for example a pool
	 * @return whether it leads to one
	 */
	public static boolean protects(ConnectionFactory connectionFactory) {
		return find(connectionFactory) != null || connectionFactory.getMetadata() instanceof Metadata;
	}

	/**
	 * Return whether connections come from a pool, around which this cannot be put.
	 * @param connectionFactory the connection factory
	 * @return whether it leads to a pool
	 */
	public static boolean isPooled(ConnectionFactory connectionFactory) {
		return POOL_PRESENT && Pools.isPool(connectionFactory);
	}

	/**
	 * Return the one behind a connection factory, or {@code null} if there is none that
	 * shows.
	 */
	static @Nullable MatrixOneConnectionFactory find(ConnectionFactory connectionFactory) {
		Object candidate = connectionFactory;
		while (!(candidate instanceof MatrixOneConnectionFactory) && candidate instanceof Wrapped<?> wrapped) {
			candidate = wrapped.unwrap();
		}
		return (candidate instanceof MatrixOneConnectionFactory found) ? found : null;
	}

	/**
	 * Set whether transactions take turns that write rows with a foreign key and then
	 * change the referenced table, as
	 * {@link io.github.matrixone.spring.jdbc.connection.MatrixOneConnections#setSerializeLockUpgrades}
	 * explains.
	 * @param serializeLockUpgrades whether to take a named lock
	 */
	public void setSerializeLockUpgrades(boolean serializeLockUpgrades) {
		this.states.setSerializeLockUpgrades(serializeLockUpgrades);
	}

	/**
	 * Set whether transactions that ask for REPEATABLE READ or SERIALIZABLE run under
	 * READ COMMITTED, with one warning for each level. They are refused otherwise, which
	 * is the default.
	 * @param downgradeIsolation whether they run
	 */
	public void setDowngradeIsolation(boolean downgradeIsolation) {
		this.states.setDowngradeIsolation(downgradeIsolation);
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
		return Mono.from(this.driver.create()).map(this::wrap);
	}

	/**
	 * Return the metadata of the driver, by which a pool on this shows that it is
	 * protected.
	 */
	@Override
	public ConnectionFactoryMetadata getMetadata() {
		return new Metadata(this.driver.getMetadata().getName());
	}

	/**
	 * Return the driver's connection factory.
	 */
	@Override
	public ConnectionFactory unwrap() {
		return this.driver;
	}

	@Override
	public String toString() {
		return "MatrixOne " + this.driver;
	}

	/**
	 * Return whether a connection leads to a MatrixOne. The driver knows this from the
	 * handshake: nothing is sent.
	 * @param connection the connection
	 * @return whether the server calls itself MatrixOne
	 */
	static boolean isMatrixOne(Connection connection) {
		return String.valueOf(connection.getMetadata().getDatabaseVersion()).contains("MatrixOne");
	}

	private Connection wrap(Connection connection) {
		boolean matrixOne = isMatrixOne(connection);
		logFirst(connection.getMetadata(), matrixOne);
		if (!matrixOne || WrappedConnection.find(connection) != null) {
			return connection;
		}
		PhysicalConnection physical = new PhysicalConnection(connection, this);
		return new WrappedConnection(physical, () -> new R2dbcTransaction(physical,
				this.states.create(this.rules, physical::currentDatabase), this.translateExceptions));
	}

	private void logFirst(ConnectionMetadata metadata, boolean matrixOne) {
		String server = metadata.getDatabaseProductName() + ' ' + metadata.getDatabaseVersion();
		if (logger.isInfoEnabled() && this.announced.add(server)) {
			logger.info(matrixOne
					? "Connected to " + metadata.getDatabaseVersion() + " with R2DBC: transactions begin with BEGIN"
					: "Connected to " + server + ", which is not a MatrixOne: its connections are left as they are");
		}
	}

	/**
	 * Tell the server to end a connection's statement. A compute node knows its own
	 * connections only, and a load balancer chooses the node: another connection may
	 * reach the right one. If that fails, the statement ends by itself.
	 */
	Mono<Void> interrupt(String connectionId) {
		long id = Long.parseLong(connectionId);
		return Mono
			.usingWhen(this.driver.create(),
					(connection) -> Flux.from(connection.createStatement("KILL QUERY " + id).execute())
						.flatMap((result) -> result.getRowsUpdated())
						.then(),
					Connection::close)
			.retryWhen(Retry.max(INTERRUPT_RETRIES).filter(MatrixOneConnectionFactory::isOtherNode))
			.onErrorResume((ex) -> {
				logger.debug("A cancelled statement could not be ended, and goes on", ex);
				return Mono.empty();
			})
			.onErrorStop();
	}

	private static boolean isOtherNode(Throwable ex) {
		return ex.getMessage() != null && ex.getMessage().contains("Unknown connection id");
	}

	/**
	 * What a driver's metadata says, for those who ask a pool or a routing connection
	 * factory whether it is protected.
	 *
	 * @param getName the name of the database product
	 */
	private record Metadata(String getName) implements ConnectionFactoryMetadata {
	}

	/**
	 * Knows pools, where r2dbc-pool is on the class path.
	 */
	private static final class Pools {

		static boolean isPool(ConnectionFactory connectionFactory) {
			Object candidate = connectionFactory;
			while (!(candidate instanceof ConnectionPool) && candidate instanceof Wrapped<?> wrapped) {
				candidate = wrapped.unwrap();
			}
			return candidate instanceof ConnectionPool;
		}

	}

}
