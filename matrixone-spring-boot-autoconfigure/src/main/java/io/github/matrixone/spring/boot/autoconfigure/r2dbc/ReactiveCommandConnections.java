package io.github.matrixone.spring.boot.autoconfigure.r2dbc;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.ClassUtils;
import reactor.core.Disposable;

/**
 * Connections for commands that run beside a reactive transaction: for each server a
 * small pool of its own, on what has opened the transaction's connection, so that such a
 * command never waits for the connection that its own transaction holds. A pool is made
 * when it is first needed and keeps no idle connections. Without r2dbc-pool each command
 * opens a connection.
 */
final class ReactiveCommandConnections implements DisposableBean {

	private static final boolean POOL_PRESENT = ClassUtils.isPresent("io.r2dbc.pool.ConnectionPool",
			ReactiveCommandConnections.class.getClassLoader());

	private final int maximumPoolSize;

	private final Map<ConnectionFactory, ConnectionFactory> pools = new HashMap<>();

	private boolean destroyed;

	ReactiveCommandConnections(int maximumPoolSize) {
		if (maximumPoolSize < 1) {
			throw new InvalidConfigurationPropertyValueException("matrixone.commands.maximum-pool-size",
					maximumPoolSize, "It must be at least 1");
		}
		this.maximumPoolSize = maximumPoolSize;
	}

	/**
	 * Return where connections to a server come from.
	 * @param server opens connections to it, without a pool
	 * @return a pool
	 */
	synchronized ConnectionFactory to(ConnectionFactory server) {
		return (POOL_PRESENT && !this.destroyed)
				? this.pools.computeIfAbsent(server, (unpooled) -> Pool.on(unpooled, this.maximumPoolSize)) : server;
	}

	@Override
	public synchronized void destroy() {
		this.destroyed = true;
		this.pools.values().forEach((pool) -> ((Disposable) pool).dispose());
		this.pools.clear();
	}

	private static final class Pool {

		private static final Duration TIMEOUT = Duration.ofSeconds(30);

		static ConnectionPool on(ConnectionFactory server, int maximumPoolSize) {
			return new ConnectionPool(ConnectionPoolConfiguration.builder(server)
				.initialSize(0)
				.maxAcquireTime(TIMEOUT)
				.maxIdleTime(TIMEOUT)
				.maxSize(maximumPoolSize)
				.minIdle(0)
				.name("matrixone-commands")
				.build());
		}

	}

}
