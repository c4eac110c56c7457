package io.github.matrixone.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Wrapped;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.reactive.MatrixOneConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class ReactiveCommandConnectionsTests {

	private final Driver driver = new Driver();

	@Test
	void doNotWaitForTheApplicationsPool() {
		ConnectionPool pool = pool(this.driver);
		ReactiveCommandConnections connections = new ReactiveCommandConnections(new MatrixOneConnectionFactory(pool),
				1);
		assertThat(pool.create().block()).isNotNull();
		assertThatExceptionOfType(R2dbcTimeoutException.class).isThrownBy(() -> pool.create().block());
		assertThat(driverConnection(connections)).isTrue();
		connections.destroy();
	}

	@Test
	void areWithoutRulesAlsoBehindAPoolOnAnotherBean() {
		ConnectionPool pool = pool(new MatrixOneConnectionFactory(this.driver));
		ReactiveCommandConnections connections = new ReactiveCommandConnections(pool, 1);
		assertThat(driverConnection(connections)).isTrue();
		connections.destroy();
	}

	@Test
	void areMadeWhenNeededAndClosedInTheEnd() {
		ReactiveCommandConnections connections = new ReactiveCommandConnections(this.driver, 1);
		ConnectionFactory own = connections.connectionFactory();
		assertThat(this.driver.created).hasValue(0);
		for (int i = 0; i < 3; i++) {
			Mono.usingWhen(own.create(), Mono::just, Connection::close).block();
		}
		assertThat(this.driver.created).hasValue(1);
		assertThat(this.driver.closed).hasValue(0);
		connections.destroy();
		assertThat(this.driver.closed).hasValue(1);
	}

	private static boolean driverConnection(ReactiveCommandConnections connections) {
		Connection own = Mono.from(connections.connectionFactory().create()).block();
		return ((Wrapped<?>) own).unwrap() instanceof DriverConnection;
	}

	private static ConnectionPool pool(ConnectionFactory connectionFactory) {
		return new ConnectionPool(ConnectionPoolConfiguration.builder(connectionFactory)
			.initialSize(0)
			.maxSize(1)
			.maxAcquireTime(Duration.ofMillis(50))
			.build());
	}

	private interface DriverConnection extends Connection {

	}

	private static final class Driver implements ConnectionFactory {

		private final AtomicInteger created = new AtomicInteger();

		private final AtomicInteger closed = new AtomicInteger();

		@Override
		public Mono<Connection> create() {
			return Mono.fromSupplier(() -> {
				this.created.incrementAndGet();
				DriverConnection connection = mock(DriverConnection.class);
				given(connection.validate(any())).willReturn(Mono.just(true));
				given(connection.close()).willReturn(Mono.fromRunnable(this.closed::incrementAndGet));
				return connection;
			});
		}

		@Override
		public ConnectionFactoryMetadata getMetadata() {
			return () -> "MySQL";
		}

	}

}
