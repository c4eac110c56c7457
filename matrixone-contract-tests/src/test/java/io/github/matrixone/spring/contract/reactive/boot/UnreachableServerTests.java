package io.github.matrixone.spring.contract.reactive.boot;

import java.util.List;

import io.r2dbc.spi.ConnectionFactory;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.r2dbc.health.ConnectionFactoryHealthIndicator;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest(properties = { "spring.autoconfigure.exclude=", "spring.r2dbc.url=r2dbc:mysql://127.0.0.1:1/shop",
		"spring.r2dbc.username=root", "spring.r2dbc.password=secret111", "spring.sql.init.mode=never" })
class UnreachableServerTests {

	private static final String REFUSED = "Connection refused: /127.0.0.1:1";

	@Autowired
	private AccountService service;

	@Autowired
	private ReactiveCloneOperations clones;

	@Autowired
	private ReactiveSnapshotOperations snapshots;

	@Test
	void theApplicationStartsAndSaysClearlyThatItsServerDoesNotAnswer() {
		for (Mono<?> operation : List.of(this.snapshots.list().collectList(),
				this.clones.cloneTable(ReactiveApplication.ACCOUNT, ReactiveApplication.CLONE))) {
			assertThatExceptionOfType(DataAccessResourceFailureException.class).isThrownBy(operation::block)
				.withStackTraceContaining(REFUSED);
		}
		assertThatExceptionOfType(CannotCreateTransactionException.class)
			.isThrownBy(() -> this.service.open("Ada").block())
			.withStackTraceContaining(REFUSED);
	}

	@Test
	void healthIsDownAndKeepsThePasswordToItself(@Autowired ConnectionFactory connectionFactory) {
		Health health = new ConnectionFactoryHealthIndicator(connectionFactory).health().block();
		assertThat(health.getStatus()).isEqualTo(Status.DOWN);
		assertThat(health.toString()).doesNotContain("secret111");
	}

}
