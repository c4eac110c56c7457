package io.github.matrixone.spring.boot.autoconfigure;

import java.time.Duration;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

import io.github.matrixone.spring.reactive.MatrixOneConnectionFactory;

/**
 * Connections for commands that run beside a reactive transaction: a small pool of its
 * own on what the application's pool is made on, so that such a command never waits for
 * the connection that its own transaction holds. The pool is made when it is first needed
 * and keeps no idle connections. Without r2dbc-pool each command opens a connection.
 */
final class ReactiveCommandConnections implements DisposableBean {

	private static final boolean POOL_PRESENT = ClassUtils.isPresent("io.r2dbc.pool.ConnectionPool",
			ReactiveCommandConnections.class.getClassLoader());

	private final ConnectionFactory application;

	private final int maximumPoolSize;

	private @Nullable ConnectionFactory pool;

	ReactiveCommandConnections(ConnectionFactory application, int maximumPoolSize) {
		Assert.isTrue(maximumPoolSize > 0, "matrixone.commands.maximum-pool-size must be at least 1");
		this.application = application;
		this.maximumPoolSize = maximumPoolSize;
	}

	ConnectionFactory connectionFactory() {
		return new LazyConnectionFactory();
	}

	@Override
	public synchronized void destroy() {
		if (POOL_PRESENT && this.pool instanceof Disposable disposable) {
			disposable.dispose();
		}
	}

	private synchronized ConnectionFactory pool() {
		ConnectionFactory pool = this.pool;
		if (pool == null) {
			pool = POOL_PRESENT ? Pool.beside(this.application, this.maximumPoolSize) : withoutRules(this.application);
			this.pool = pool;
		}
		return pool;
	}

	private static ConnectionFactory withoutRules(ConnectionFactory connectionFactory) {
		MatrixOneConnectionFactory wrapper = WrappedConnectionFactory.find(connectionFactory,
				MatrixOneConnectionFactory.class);
		return (wrapper != null) ? wrapper.getTargetConnectionFactory() : connectionFactory;
	}

	private final class LazyConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory> {

		@Override
		public Mono<Connection> create() {
			return Mono.defer(() -> Mono.from(pool().create()));
		}

		@Override
		public ConnectionFactoryMetadata getMetadata() {
			return ReactiveCommandConnections.this.application.getMetadata();
		}

		@Override
		public ConnectionFactory unwrap() {
			return ReactiveCommandConnections.this.application;
		}

	}

	private static final class Pool {

		private static final Duration TIMEOUT = Duration.ofSeconds(30);

		static ConnectionPool beside(ConnectionFactory application, int maximumPoolSize) {
			ConnectionPool pool = WrappedConnectionFactory.find(application, ConnectionPool.class);
			return new ConnectionPool(
					ConnectionPoolConfiguration.builder(withoutRules((pool != null) ? pool.unwrap() : application))
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
