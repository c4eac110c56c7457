package io.github.matrixone.spring.library;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.modulith.events.ApplicationModuleListener;
import org.springframework.modulith.events.CompletedEventPublications;
import org.springframework.modulith.events.IncompleteEventPublications;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Spring Modulith's event publications on JDBC.
 */
@EnabledIfServer
@SpringBootTest(classes = SpringModulithTests.Application.class,
		properties = "spring.modulith.events.jdbc.schema-initialization.enabled=true")
class SpringModulithTests {

	private static final String INCOMPLETE = "SELECT COUNT(*) FROM EVENT_PUBLICATION WHERE COMPLETION_DATE IS NULL";

	private static LibraryDatabase database;

	@Autowired
	private ApplicationEventPublisher events;

	@Autowired
	private Listener listener;

	@Autowired
	private IncompleteEventPublications incomplete;

	@Autowired
	private CompletedEventPublications completed;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private CloneOperations clones;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("modulith", "", registry);
		database.execute("CREATE TABLE item (id BIGINT PRIMARY KEY)");
		database.execute("CREATE TABLE heard (name VARCHAR(100))");
	}

	@Test
	void publishesAnEventWithACloneOrNotAtAll() {
		Together together = new Together(this.transactions, this.clones);
		together.rollBack(() -> publish(1, "rolled back"), "item", "gone");
		together.commit(() -> publish(2, "committed"), "item", "kept");
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> heard("committed") == 1 && incomplete() == 0);
		assertThat(heard("rolled back")).isZero();
		assertThat(database.hasTable("gone")).isFalse();
		assertThat(database.count("kept")).isEqualTo(1);
		this.completed.deletePublications((publication) -> true);
		assertThat(this.completed.findAll()).isEmpty();
	}

	@Test
	void anEventWhoseListenerFailsIsPublishedAgain() {
		this.listener.refuse("again");
		new Together(this.transactions, this.clones).commit(() -> publish(3, "again"), "item", "again");
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> this.listener.hasFailed("again"));
		assertThat(heard("again")).isZero();
		this.listener.refuse(null);
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
			this.incomplete.resubmitIncompletePublications((publication) -> true);
			return heard("again") > 0;
		});
		Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> incomplete() == 0);
	}

	private void publish(long id, String name) {
		this.jdbc.update("INSERT INTO item VALUES (?)", id);
		this.events.publishEvent(new Renamed(name));
	}

	private long heard(String name) {
		return this.jdbc.queryForObject("SELECT COUNT(*) FROM heard WHERE name = ?", Long.class, name);
	}

	private long incomplete() {
		return this.jdbc.queryForObject(INCOMPLETE, Long.class);
	}

	record Renamed(String name) {
	}

	static class Listener {

		private final JdbcTemplate jdbc;

		private final Set<String> failed = ConcurrentHashMap.newKeySet();

		private volatile String refused;

		Listener(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		void refuse(String name) {
			this.refused = name;
		}

		boolean hasFailed(String name) {
			return this.failed.contains(name);
		}

		@ApplicationModuleListener
		void on(Renamed event) {
			this.jdbc.update("INSERT INTO heard VALUES (?)", event.name());
			if (event.name().equals(this.refused)) {
				this.failed.add(event.name());
				throw new IllegalStateException("on purpose");
			}
		}

	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@ModulithEvents
	@Import(Listener.class)
	static class Application {

	}

}
