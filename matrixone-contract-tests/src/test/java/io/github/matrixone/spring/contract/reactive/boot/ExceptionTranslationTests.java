package io.github.matrixone.spring.contract.reactive.boot;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataIntegrityViolationException;

import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.contract.reactive.boot.ReactiveApplication.Account;
import io.github.matrixone.spring.dao.TableNotFoundException;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest(properties = "matrixone.exception-translation.enabled=false")
class ExceptionTranslationTests extends ReactiveContract {

	@Autowired
	private ReactiveCloneOperations clones;

	@Test
	void isLeftToSpringIfToldSoExceptForTheOperations() {
		this.accounts.save(Account.of("Ada")).block();
		assertThatExceptionOfType(DataIntegrityViolationException.class)
			.isThrownBy(() -> this.accounts.save(Account.of("Ada")).block())
			.withCauseInstanceOf(R2dbcDataIntegrityViolationException.class);
		assertThatExceptionOfType(TableNotFoundException.class)
			.isThrownBy(() -> this.clones.cloneTable(TableName.of("missing"), ReactiveApplication.CLONE).block());
	}

}
