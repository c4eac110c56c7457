package io.github.matrixone.spring.contract;

import javax.sql.DataSource;

import io.micrometer.observation.tck.TestObservationRegistry;
import jakarta.persistence.EntityManagerFactory;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.orm.jpa.JpaTransactionManager;

import io.github.matrixone.spring.contract.item.Item;
import io.github.matrixone.spring.contract.item.ItemRepository;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneBackend;

/**
 * An application with JPA and JDBC on one data source, each with its transaction manager.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@EntityScan(basePackageClasses = Item.class)
@EnableJpaRepositories(basePackageClasses = ItemRepository.class)
class ContractApplication {

	@Bean
	static JdbcSentStatements sentStatements() {
		return new JdbcSentStatements();
	}

	@Bean
	TestObservationRegistry observationRegistry() {
		return TestObservationRegistry.create();
	}

	@Bean
	@Primary
	JpaTransactionManager transactionManager(EntityManagerFactory entityManagerFactory) {
		return new JpaTransactionManager(entityManagerFactory);
	}

	@Bean
	JdbcTransactionManager sqlTransactionManager(DataSource dataSource) {
		return new JdbcTransactionManager(dataSource);
	}

	@Bean
	JdbcSql sql(JdbcTemplate jdbc, MatrixOneBackend backend) {
		return new JdbcSql(jdbc, backend);
	}

	@Bean
	JpaItems items(ItemRepository repository) {
		return new JpaItems(repository);
	}

	@Bean
	SlowThreshold slowThreshold(CommandExecutor executor) {
		return executor::setSlowThreshold;
	}

}
