package io.github.matrixone.spring.contract.reactive.boot;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.r2dbc.health.ConnectionFactoryHealthIndicator;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Exceptions;

import io.github.matrixone.spring.contract.reactive.boot.ReactiveApplication.Account;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * An application with nothing but {@code spring.r2dbc} configured.
 */
@SpringBootTest
class ReactiveApplicationTests extends ReactiveContract {

	@Autowired
	private AccountService service;

	private final AtomicInteger attempts = new AtomicInteger();

	@Test
	void rowsCloneAndSnapshotsStayAfterTheCommit() {
		this.service.open("Ada").block();
		assertThat(this.accounts.count().block()).isEqualTo(1);
		assertThat(count(ReactiveApplication.CLONE.quoted())).isEqualTo(1);
		assertThat(countAt(ReactiveApplication.BEFORE)).isZero();
		assertThat(countAt(ReactiveApplication.AFTER)).isEqualTo(1);
	}

	@Test
	void rowsCloneAndSnapshotsAreGoneAfterAFailure() {
		assertThatIllegalStateException().isThrownBy(() -> this.service.openAndFail("Ada").block())
			.withMessage("after all");
		assertThat(this.accounts.count().block()).isZero();
		assertThat(exists(ReactiveApplication.CLONE)).isFalse();
		assertThat(this.snapshots.exists(ReactiveApplication.BEFORE).block()).isFalse();
		assertThat(this.snapshots.exists(ReactiveApplication.AFTER).block()).isFalse();
	}

	@Test
	void aReadOnlyTransactionWritesNothing() {
		assertThatExceptionOfType(NotAllowedInTransactionException.class)
			.isThrownBy(() -> this.service.openReadOnly("Ada").block());
		assertThat(this.accounts.count().block()).isZero();
	}

	@Test
	void errorsComeByTheirKind() {
		this.accounts.save(Account.of("Ada")).block();
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> this.accounts.save(Account.of("Ada")).block());
		assertThatExceptionOfType(BadSqlGrammarException.class).isThrownBy(() -> count("missing"));
	}

	@Test
	void aWholeTransactionIsTriedAgainAfterAConflict() {
		this.service.openAtTheAttempt(3, "Ada", this.attempts).block();
		assertThat(this.attempts).hasValue(3);
		assertThat(this.accounts.count().block()).isEqualTo(1);
	}

	@Test
	void aConflictThatStaysIsTheCauseInTheEnd() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.service.openAtTheAttempt(4, "Ada", this.attempts).block())
			.matches(Exceptions::isRetryExhausted)
			.withCauseInstanceOf(CannotAcquireLockException.class);
		assertThat(this.attempts).hasValue(3);
		assertThat(this.accounts.count().block()).isZero();
	}

	@Test
	void aRetryWithinAnotherTransactionRepeatsItsPartOfIt(@Autowired ReactiveTransactionManager transactionManager) {
		TransactionalOperator outer = TransactionalOperator.create(transactionManager);
		this.service.openAtTheAttempt(2, null, this.attempts).as(outer::transactional).block();
		assertThat(this.attempts).hasValue(2);
		assertThat(this.accounts.count().block()).isEqualTo(2);
	}

	@Test
	void aTransactionThatTakesTooLongIsRolledBack() {
		assertThatExceptionOfType(QueryTimeoutException.class)
			.isThrownBy(() -> this.service.openSlowly("Ada").block(Duration.ofSeconds(10)));
		assertThat(this.accounts.count().block()).isZero();
	}

	@Test
	void aTransactionDoesNotGoOnAfterAChangeThatNobodyWaitedFor() {
		assertThatExceptionOfType(TransactionLostException.class)
			.isThrownBy(() -> this.service.openAndStopWaiting("Ada").block());
		assertThat(this.accounts.count().block()).isZero();
	}

	@Test
	void healthIsUp() {
		assertThat(new ConnectionFactoryHealthIndicator(this.connectionFactory).health().block().getStatus())
			.isEqualTo(Status.UP);
	}

	@Test
	void thereIsNoDataSource(@Autowired ObjectProvider<DataSource> dataSource) {
		assertThat(dataSource.getIfAvailable()).isNull();
	}

	private long countAt(SnapshotName snapshot) {
		return count(this.snapshots.tableAt(ReactiveApplication.ACCOUNT, snapshot).block());
	}

}
