package io.github.matrixone.spring.contract.retry;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.resilience.retry.MethodRetryEvent;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.retry.RetryOnConflict;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * An application whose services increment two accounts in the order in which they are
 * told, so that they deadlock. It does not enable retries by itself.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@EntityScan(basePackageClasses = RetryApplication.class)
@EnableJpaRepositories(basePackageClasses = RetryApplication.class, considerNestedRepositories = true)
@Import({ RetryApplication.JdbcService.class, RetryApplication.RepositoryService.class,
		RetryApplication.EntityManagerService.class, RetryApplication.CommandService.class })
class RetryApplication {

	static final DatabaseName DATABASE = DatabaseName.of("contract_retry");

	static final SnapshotName SNAPSHOT = SnapshotName.of("contract_retry_snapshot");

	static final TableName ACCOUNT = TableName.of(DATABASE, "account");

	static final TableName CLONE = TableName.of(DATABASE, "account_clone");

	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, DATABASE.value() + "?createDatabaseIfNotExist=true");
		registry.add("spring.sql.init.schema-locations", () -> "classpath:/" + schema());
	}

	private static String schema() {
		return RetryApplication.class.getPackageName().replace('.', '/') + "/schema.sql";
	}

	@Bean
	Conflicts conflicts() {
		return new Conflicts();
	}

	/**
	 * The errors of all attempts.
	 */
	static class Conflicts {

		private final List<Throwable> all = new CopyOnWriteArrayList<>();

		private AutoCloseable onConflict = () -> {
		};

		void clear() {
			this.all.clear();
			this.onConflict = () -> {
			};
		}

		List<Throwable> all() {
			return this.all;
		}

		void onConflict(AutoCloseable action) {
			this.onConflict = action;
		}

		@EventListener
		void add(MethodRetryEvent event) throws Exception {
			if (!event.isRetryAborted()) {
				this.all.add(event.getFailure());
				this.onConflict.close();
			}
		}

	}

	interface IncrementService {

		void increment(int first, int second, Runnable between);

	}

	static class JdbcService implements IncrementService {

		private final JdbcTemplate jdbc;

		JdbcService(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Override
		@Transactional
		@RetryOnConflict(maxRetries = 20)
		public void increment(int first, int second, Runnable between) {
			increment(first);
			between.run();
			increment(second);
		}

		private void increment(int id) {
			this.jdbc.update("UPDATE account SET balance = balance + 1 WHERE id = ?", id);
		}

	}

	@RetryOnConflict(maxRetries = 20)
	@Transactional
	static class RepositoryService implements IncrementService {

		private final AccountRepository accounts;

		RepositoryService(AccountRepository accounts) {
			this.accounts = accounts;
		}

		@Override
		public void increment(int first, int second, Runnable between) {
			this.accounts.findById(first).orElseThrow().balance++;
			this.accounts.flush();
			between.run();
			this.accounts.findById(second).orElseThrow().balance++;
		}

	}

	static class EntityManagerService implements IncrementService {

		private final EntityManager entityManager;

		EntityManagerService(EntityManager entityManager) {
			this.entityManager = entityManager;
		}

		@Override
		@RetryOnConflict(maxRetries = 20)
		@Transactional
		public void increment(int first, int second, Runnable between) {
			increment(first);
			between.run();
			increment(second);
		}

		private void increment(int id) {
			this.entityManager.createNativeQuery("UPDATE account SET balance = balance + 1 WHERE id = ?")
				.setParameter(1, id)
				.executeUpdate();
		}

	}

	public static class CommandService {

		private final JdbcTemplate jdbc;

		private final SnapshotOperations snapshots;

		private final CloneOperations clones;

		CommandService(JdbcTemplate jdbc, SnapshotOperations snapshots, CloneOperations clones) {
			this.jdbc = jdbc;
			this.snapshots = snapshots;
			this.clones = clones;
		}

		@Transactional
		@RetryOnConflict
		public void cloneAndIncrement(int id) {
			this.clones.cloneTable(ACCOUNT, CLONE);
			this.snapshots.createAfterCommit(SNAPSHOT, SnapshotScope.database(DATABASE));
			this.jdbc.update("UPDATE account SET balance = balance + 1 WHERE id = ?", id);
		}

	}

	interface AccountRepository extends JpaRepository<Account, Integer> {

	}

	@Entity(name = "account")
	static class Account {

		@Id
		private Integer id;

		@Version
		private Integer version;

		private int balance;

	}

}
