package io.github.matrixone.spring.library;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import javax.sql.DataSource;

import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider.Configuration.Builder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * ShedLock, by the application's time and by the database's.
 */
@EnabledIfServer
@SpringBootTest(classes = ShedLockTests.Application.class)
class ShedLockTests {

	private static LibraryDatabase database;

	@Autowired
	private DataSource dataSource;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private CloneOperations clones;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("shedlock", "", registry);
		database.execute("CREATE TABLE shedlock(name VARCHAR(64) NOT NULL, lock_until TIMESTAMP(3) NOT NULL, "
				+ "locked_at TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), locked_by VARCHAR(255) NOT NULL, "
				+ "PRIMARY KEY (name))");
		database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY)");
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void oneOfTwoGetsTheLock(boolean databaseTime) {
		String name = "one" + databaseTime;
		SimpleLock first = lock(provider(databaseTime), name).orElseThrow();
		LockProvider second = provider(databaseTime);
		assertThat(lock(second, name)).isEmpty();
		first.unlock();
		// By the database's time, the time of the unlock is rounded to whole seconds.
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> lock(second, name).isPresent());
		assertThat(lock(provider(databaseTime), name)).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void aLockCanBeExtended(boolean databaseTime) {
		SimpleLock lock = lock(provider(databaseTime), "extended" + databaseTime).orElseThrow();
		Optional<SimpleLock> extended = lock.extend(Duration.ofHours(2), Duration.ZERO);
		assertThat(extended).isPresent();
		assertThat(lock(provider(databaseTime), "extended" + databaseTime)).isEmpty();
		extended.get().unlock();
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void takesALockBesideTheTransactionThatIsRolledBack(boolean databaseTime) {
		String name = "beside" + databaseTime;
		new Together(this.transactions, this.clones)
			.rollBack(() -> assertThat(lock(provider(databaseTime), name)).isPresent(), "item", "gone" + databaseTime);
		assertThat(lock(provider(databaseTime), name)).isEmpty();
		assertThat(database.hasTable("gone" + databaseTime)).isFalse();
	}

	@Test
	void keepsTheCloneOfACommittedTransaction() {
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		new Together(this.transactions, this.clones).commit(() -> {
			assertThat(lock(provider(true), "kept")).isPresent();
			jdbc.update("INSERT INTO item VALUES (1)");
		}, "item", "kept");
		assertThat(database.count("kept")).isEqualTo(1);
	}

	@Test
	void aTimeBesideTimestampAddLosesItsFractions() {
		JdbcTemplate jdbc = new JdbcTemplate(this.dataSource);
		jdbc.execute("CREATE TABLE fraction (t TIMESTAMP(3))");
		jdbc.update("INSERT INTO fraction VALUES ('2026-01-01 00:00:00.600')");
		assertThat(jdbc.queryForObject("SELECT CAST(IF(1 < 0, TIMESTAMPADD(SECOND, 1, t), t) AS CHAR) FROM fraction",
				String.class))
			.isEqualTo("2026-01-01 00:00:00");
	}

	private LockProvider provider(boolean databaseTime) {
		Builder configuration = JdbcTemplateLockProvider.Configuration.builder()
			.withJdbcTemplate(new JdbcTemplate(this.dataSource));
		if (databaseTime) {
			configuration.usingDbTime();
		}
		return new JdbcTemplateLockProvider(configuration.build());
	}

	private static Optional<SimpleLock> lock(LockProvider provider, String name) {
		return provider.lock(new LockConfiguration(Instant.now(), name, Duration.ofHours(1), Duration.ZERO));
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	static class Application {

	}

}
