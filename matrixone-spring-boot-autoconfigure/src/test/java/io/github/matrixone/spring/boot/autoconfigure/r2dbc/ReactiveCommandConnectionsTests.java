package io.github.matrixone.spring.boot.autoconfigure.r2dbc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.R2dbcTimeoutException;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class ReactiveCommandConnectionsTests {

	private final Driver driver = new Driver();

	@Test
	void doNotWaitForTheApplicationsPool() {
		MatrixOneConnectionFactory server = new MatrixOneConnectionFactory(this.driver);
		ConnectionPool pool = pool(server);
		ReactiveCommandConnections connections = new ReactiveCommandConnections(1);
		assertThat(pool.create().block()).isNotNull();
		assertThatExceptionOfType(R2dbcTimeoutException.class).isThrownBy(() -> pool.create().block());
		assertThat(Mono.from(connections.to(server).create()).block()).isNotNull();
		connections.destroy();
	}

	@Test
	void areMadeWhenNeededAndClosedInTheEnd() {
		ReactiveCommandConnections connections = new ReactiveCommandConnections(1);
		ConnectionFactory own = connections.to(this.driver);
		assertThat(this.driver.created).hasValue(0);
		for (int i = 0; i < 3; i++) {
			Mono.usingWhen(own.create(), Mono::just, Connection::close).block();
		}
		assertThat(this.driver.created).hasValue(1);
		assertThat(this.driver.closed).hasValue(0);
		connections.destroy();
		assertThat(this.driver.closed).hasValue(1);
	}

	@Test
	void areOfOnePoolForEachServer() {
		ReactiveCommandConnections connections = new ReactiveCommandConnections(1);
		Driver other = new Driver();
		ConnectionFactory own = connections.to(this.driver);
		assertThat(connections.to(this.driver)).isSameAs(own);
		Mono.usingWhen(connections.to(other).create(), Mono::just, Connection::close).block();
		assertThat(this.driver.created).hasValue(0);
		assertThat(other.created).hasValue(1);
		connections.destroy();
		assertThat(other.closed).hasValue(1);
	}

	@Test
	void areWithoutAPoolWhenTheContextIsClosed() {
		ReactiveCommandConnections connections = new ReactiveCommandConnections(1);
		connections.destroy();
		assertThat(connections.to(this.driver)).isSameAs(this.driver);
	}

	private static ConnectionPool pool(ConnectionFactory connectionFactory) {
		return new ConnectionPool(ConnectionPoolConfiguration.builder(connectionFactory)
			.initialSize(0)
			.maxSize(1)
			.maxAcquireTime(Duration.ofMillis(50))
			.build());
	}

	private static final class Driver implements ConnectionFactory {

		private final AtomicInteger created = new AtomicInteger();

		private final AtomicInteger closed = new AtomicInteger();

		@Override
		public Mono<Connection> create() {
			return Mono.fromSupplier(() -> {
				this.created.incrementAndGet();
				Connection connection = mock(Connection.class);
				given(connection.getMetadata()).willReturn(mock(ConnectionMetadata.class));
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
