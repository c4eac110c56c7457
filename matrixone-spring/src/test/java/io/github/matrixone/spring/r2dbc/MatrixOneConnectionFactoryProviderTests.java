package io.github.matrixone.spring.r2dbc;

import io.asyncer.r2dbc.mysql.MySqlConnectionFactory;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class MatrixOneConnectionFactoryProviderTests {

	private static final String PLACE = "://root@127.0.0.1:1/shop?createDatabaseIfNotExist=true";

	private final ScriptedR2dbc driver = new ScriptedR2dbc();

	@Test
	void protectsTheConnectionsOfMySqlsDriver() {
		ConnectionFactory connectionFactory = ConnectionFactories.get("r2dbc:matrixone" + PLACE);
		assertThat(connectionFactory).isInstanceOfSatisfying(MatrixOneConnectionFactory.class,
				(found) -> assertThat(found.unwrap()).isInstanceOf(MySqlConnectionFactory.class));
		assertThat(connectionFactory.getMetadata().getName()).isEqualTo("MySQL");
	}

	@Test
	void standsBeneathAPool() {
		ConnectionFactory connectionFactory = ConnectionFactories.get("r2dbc:pool:matrixone" + PLACE);
		assertThat(connectionFactory).isInstanceOfSatisfying(ConnectionPool.class, (pool) -> {
			assertThat(pool.unwrap()).isInstanceOf(MatrixOneConnectionFactory.class);
			pool.dispose();
		});
	}

	@Test
	void findsAnotherDriver() {
		Mono.from(connect("r2dbc:matrixone:scripted" + PLACE).create()).flatMapMany(Connection::close).blockLast();
		assertThat(this.driver.opened).isEqualTo(1);
	}

	@Test
	void findsAnotherDriverBeneathAPool() {
		ConnectionPool pool = (ConnectionPool) connect("r2dbc:pool:matrixone:scripted" + PLACE + "&initialSize=0");
		transaction(pool).transactional(DatabaseClient.create(pool).sql("UPDATE a SET b = 1").then()).block();
		pool.dispose();
		assertThat(this.driver.sent).containsExactly("BEGIN", "UPDATE a SET b = 1", "COMMIT");
	}

	@Test
	void saysThatTheDriverIsMissing() {
		assertThatIllegalStateException().isThrownBy(() -> ConnectionFactories.get("r2dbc:matrixone:nothing" + PLACE))
			.withMessageContaining("'nothing'")
			.withMessageContaining("io.asyncer:r2dbc-mysql");
	}

	@Test
	void takesItsSettingsFromTheUrl() {
		ConnectionFactory connectionFactory = connect(
				"r2dbc:matrixone:scripted" + PLACE + "&serializeLockUpgrades=false&translateExceptions=false");
		DatabaseClient client = DatabaseClient.create(connectionFactory);
		Mono<Void> lockUpgrade = client.sql("INSERT INTO line VALUES (1)")
			.then()
			.then(client.sql("UPDATE item SET a = 1").then());
		TransactionalOperator.create(new R2dbcTransactionManager(connectionFactory)).transactional(lockUpgrade).block();
		assertThat(this.driver.sent).containsExactly("BEGIN", "INSERT INTO line VALUES (1)", "UPDATE item SET a = 1",
				"COMMIT");
		this.driver.failures.put("SELECT 1", new R2dbcNonTransientResourceException("no", null, 20101));
		StepVerifier
			.create(Mono.usingWhen(connectionFactory.create(),
					(connection) -> Mono.from(connection.createStatement("SELECT 1").execute())
						.flatMap((result) -> Mono.from(result.getRowsUpdated())),
					Connection::close))
			.verifyError(R2dbcNonTransientResourceException.class);
	}

	private ConnectionFactory connect(String url) {
		return ConnectionFactories.get(ConnectionFactoryOptions.parse(url)
			.mutate()
			.option(ScriptedConnectionFactoryProvider.SCRIPT, this.driver)
			.build());
	}

	private static TransactionalOperator transaction(ConnectionFactory connectionFactory) {
		DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
		readOnly.setReadOnly(connectionFactory instanceof MatrixOneConnectionFactory);
		return TransactionalOperator.create(new R2dbcTransactionManager(connectionFactory), readOnly);
	}

}
