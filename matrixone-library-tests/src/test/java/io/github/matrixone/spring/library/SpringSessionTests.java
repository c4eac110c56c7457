package io.github.matrixone.spring.library;

import java.util.Map;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.session.SessionRepository;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.MySqlJdbcIndexedSessionRepositoryCustomizer;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Spring Session's repository on JDBC, configured as {@code @EnableJdbcHttpSession} does.
 */
@EnabledIfServer
@SpringBootTest(classes = SpringSessionTests.Application.class)
class SpringSessionTests {

	private static final String PRINCIPAL = FindByIndexNameSessionRepository.PRINCIPAL_NAME_INDEX_NAME;

	private static LibraryDatabase database;

	@Autowired
	private DataSource dataSource;

	@Autowired
	private JdbcIndexedSessionRepository sessions;

	@Autowired
	private JdbcTemplate jdbc;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private CloneOperations clones;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("session", "", registry);
	}

	@Test
	void keepsChangesAndDeletesASession() {
		Session session = create(this.sessions, "alice");
		Session found = this.sessions.findById(session.getId());
		assertThat(found.<String>getAttribute("basket")).isEqualTo("empty");
		found.setAttribute("basket", "full");
		found.removeAttribute("nothing");
		save(this.sessions, found);
		Map<String, ? extends Session> ofAlice = this.sessions.findByIndexNameAndIndexValue(PRINCIPAL, "alice");
		assertThat(ofAlice).containsOnlyKeys(session.getId());
		assertThat(ofAlice.get(session.getId()).<String>getAttribute("basket")).isEqualTo("full");
		this.sessions.deleteById(session.getId());
		assertThat(this.sessions.findById(session.getId())).isNull();
		this.sessions.cleanUpExpiredSessions();
	}

	@Test
	void twoRequestsSetTheSameAttribute() {
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> setTwice(this.sessions));
		JdbcIndexedSessionRepository customized = repository(this.dataSource, required());
		new MySqlJdbcIndexedSessionRepositoryCustomizer().customize(customized);
		assertThat(setTwice(customized).<String>getAttribute("last")).isEqualTo("second");
	}

	@Test
	void aSessionIsSavedBesideTheTransaction() {
		new Together(this.transactions, this.clones).rollBack(() -> create(this.sessions, "beside"), "SPRING_SESSION",
				"gone_beside");
		assertThat(this.sessions.findByIndexNameAndIndexValue(PRINCIPAL, "beside")).hasSize(1);
		assertThat(database.hasTable("gone_beside")).isFalse();
	}

	@Test
	void aSessionIsSavedWithACloneWhereItJoinsTheTransaction() {
		JdbcIndexedSessionRepository joining = repository(this.dataSource, required());
		Together together = new Together(this.transactions, this.clones);
		together.rollBack(() -> create(joining, "rolled-back"), "SPRING_SESSION_ATTRIBUTES", "gone");
		together.commit(() -> create(joining, "committed"), "SPRING_SESSION_ATTRIBUTES", "kept");
		assertThat(this.sessions.findByIndexNameAndIndexValue(PRINCIPAL, "rolled-back")).isEmpty();
		assertThat(this.sessions.findByIndexNameAndIndexValue(PRINCIPAL, "committed")).hasSize(1);
		assertThat(database.hasTable("gone")).isFalse();
		assertThat(database.count("kept")).isPositive().isEqualTo(database.count("spring_session_attributes"));
	}

	private static Session setTwice(JdbcIndexedSessionRepository repository) {
		String id = create(repository, "twice").getId();
		Session first = repository.findById(id);
		Session second = repository.findById(id);
		first.setAttribute("last", "first");
		second.setAttribute("last", "second");
		save(repository, first);
		save(repository, second);
		return repository.findById(id);
	}

	private static Session create(JdbcIndexedSessionRepository repository, String principal) {
		Session session = repository.createSession();
		session.setAttribute(PRINCIPAL, principal);
		session.setAttribute("basket", "empty");
		save(repository, session);
		return session;
	}

	@SuppressWarnings("unchecked")
	private static void save(SessionRepository<?> repository, Session session) {
		((SessionRepository<Session>) repository).save(session);
	}

	private TransactionTemplate required() {
		return new TransactionTemplate(this.transactions);
	}

	private static JdbcIndexedSessionRepository repository(DataSource dataSource, TransactionTemplate transaction) {
		JdbcIndexedSessionRepository repository = new JdbcIndexedSessionRepository(new JdbcTemplate(dataSource),
				transaction);
		repository.setCleanupCron("-");
		repository.afterPropertiesSet();
		return repository;
	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	static class Application {

		@Bean
		JdbcIndexedSessionRepository sessions(DataSource dataSource, PlatformTransactionManager transactions) {
			new ResourceDatabasePopulator(new ClassPathResource("org/springframework/session/jdbc/schema-mysql.sql"))
				.execute(dataSource);
			TransactionTemplate requiresNew = new TransactionTemplate(transactions);
			requiresNew.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
			return repository(dataSource, requiresNew);
		}

	}

}
