package io.github.matrixone.spring.contract.reactive.boot;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.data.annotation.Id;
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import org.springframework.test.context.DynamicPropertyRegistry;

import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * An application with R2DBC and without a data source, although the starter brings JDBC.
 */
@SpringBootApplication
@EnableR2dbcRepositories(considerNestedRepositories = true)
class ReactiveApplication {

	static final DatabaseName DATABASE = DatabaseName.of("contract_reactive_boot");

	static final TableName ACCOUNT = TableName.of(DATABASE, "account");

	static final TableName CLONE = TableName.of(DATABASE, "ct_account_clone");

	static final SnapshotName BEFORE = SnapshotName.of("ct_reactive_boot_before");

	static final SnapshotName AFTER = SnapshotName.of("ct_reactive_boot_after");

	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest server = ServerUnderTest.get();
		registry.add("spring.autoconfigure.exclude", () -> "");
		registry.add("spring.r2dbc.url", () -> server.url().replace("jdbc:", "r2dbc:") + DATABASE.value()
				+ "?createDatabaseIfNotExist=true&connectionTimeZone=SERVER&sessionVariables=lock_wait_timeout=20");
		registry.add("spring.r2dbc.username", server::username);
		registry.add("spring.r2dbc.password", server::password);
		registry.add("spring.sql.init.schema-locations",
				() -> "classpath:/" + ReactiveApplication.class.getPackageName().replace('.', '/') + "/schema.sql");
	}

	interface AccountRepository extends ReactiveCrudRepository<Account, Long> {

	}

	@Table("account")
	record Account(@Id Long id, String name, int balance) {

		static Account of(String name) {
			return new Account(null, name, 0);
		}

	}

}
