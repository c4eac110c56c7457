package io.github.matrixone.spring.contract.jpa;

import java.util.function.Consumer;
import java.util.function.Function;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.ServerUnderTest;

/**
 * Base of the tests of mappings: what one transaction has stored, another one reads.
 */
@SpringBootTest(classes = MappingApplication.class, properties = { "spring.jpa.hibernate.ddl-auto=create-only",
		"spring.sql.init.mode=never", "spring.datasource.hikari.maximum-pool-size=20",
		"spring.jpa.properties.hibernate.hbm2ddl.halt_on_error=true",
		"spring.jpa.properties.hibernate.jdbc.batch_size=25", "spring.jpa.properties.hibernate.order_inserts=true",
		"spring.jpa.properties.hibernate.order_updates=true" })
abstract class MappingContract {

	@Autowired
	EntityManager entityManager;

	@Autowired
	EntityManagerFactory entityManagerFactory;

	@Autowired
	JdbcTemplate jdbc;

	@Autowired
	PlatformTransactionManager transactionManager;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		MappingModel.recreateOnce();
		ServerUnderTest.get().register(registry, MappingModel.DATABASE + "?createDatabaseIfNotExist=true");
	}

	<T> T call(Function<EntityManager, T> work) {
		return new TransactionTemplate(this.transactionManager).execute((status) -> work.apply(this.entityManager));
	}

	void run(Consumer<EntityManager> work) {
		new TransactionTemplate(this.transactionManager)
			.executeWithoutResult((status) -> work.accept(this.entityManager));
	}

	<T> T store(T entity) {
		run((em) -> em.persist(entity));
		return entity;
	}

}
