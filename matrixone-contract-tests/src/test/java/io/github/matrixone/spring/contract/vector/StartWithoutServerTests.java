package io.github.matrixone.spring.contract.vector;

import jakarta.persistence.EntityManagerFactory;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.CannotCreateTransactionException;

import io.github.matrixone.spring.hibernate.MatrixOneDialect;
import io.github.matrixone.spring.snapshot.SnapshotOperations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A JPA application whose server does not answer.
 */
class StartWithoutServerTests {

	@Test
	void startsWithTheDialectSet() {
		try (ConfigurableApplicationContext application = new SpringApplicationBuilder(VectorTests.Application.class)
			.web(WebApplicationType.NONE)
			.run("--spring.datasource.url=jdbc:mysql://127.0.0.1:1/nowhere",
					"--spring.datasource.hikari.connection-timeout=250",
					"--spring.jpa.database-platform=" + MatrixOneDialect.class.getName(),
					"--spring.jpa.hibernate.ddl-auto=none", "--spring.data.jdbc.repositories.enabled=false",
					"--spring.sql.init.mode=never")) {
			assertThat(application.getBean(EntityManagerFactory.class)
				.unwrap(SessionFactoryImplementor.class)
				.getJdbcServices()
				.getDialect()).isInstanceOf(MatrixOneDialect.class);
			assertThatExceptionOfType(CannotCreateTransactionException.class)
				.isThrownBy(() -> application.getBean(VectorTests.DocumentRepository.class).findAll());
			assertThatExceptionOfType(CannotGetJdbcConnectionException.class)
				.isThrownBy(() -> application.getBean(SnapshotOperations.class).list());
		}
	}

}
