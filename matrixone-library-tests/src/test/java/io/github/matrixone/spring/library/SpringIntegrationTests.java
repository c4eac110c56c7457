package io.github.matrixone.spring.library;

import java.util.concurrent.locks.Lock;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.integration.jdbc.lock.DefaultLockRepository;
import org.springframework.integration.jdbc.lock.JdbcLockRegistry;
import org.springframework.integration.jdbc.metadata.JdbcMetadataStore;
import org.springframework.integration.jdbc.store.JdbcChannelMessageStore;
import org.springframework.integration.jdbc.store.JdbcMessageStore;
import org.springframework.integration.jdbc.store.channel.ChannelMessageStoreQueryProvider;
import org.springframework.integration.jdbc.store.channel.MySqlChannelMessageStoreQueryProvider;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.messaging.Message;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Spring Integration's locks and stores on JDBC.
 */
@EnabledIfServer
@SpringBootTest(classes = SpringIntegrationTests.Application.class)
class SpringIntegrationTests {

	private static LibraryDatabase database;

	@Autowired
	private ApplicationContext context;

	@Autowired
	private DataSource dataSource;

	@Autowired
	private JdbcMessageStore messages;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private CloneOperations clones;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("integration", "", registry);
	}

	@Test
	void oneOfTwoRegistriesGetsTheLock() {
		Lock first = registry().obtain("lock");
		Lock second = registry().obtain("lock");
		assertThat(first.tryLock()).isTrue();
		assertThat(second.tryLock()).isFalse();
		first.unlock();
		assertThat(second.tryLock()).isTrue();
		second.unlock();
	}

	@Test
	void keepsMessagesAndGroups() {
		Message<String> message = MessageBuilder.withPayload("hello").build();
		this.messages.addMessage(message);
		assertThat(this.messages.getMessage(message.getHeaders().getId()).getPayload()).isEqualTo("hello");
		this.messages.addMessagesToGroup("group", message, MessageBuilder.withPayload("world").build());
		assertThat(this.messages.messageGroupSize("group")).isEqualTo(2);
		assertThat(this.messages.pollMessageFromGroup("group").getPayload()).isEqualTo("hello");
		this.messages.removeMessageGroup("group");
		assertThat(this.messages.messageGroupSize("group")).isZero();
	}

	@Test
	void keepsMetadata() {
		JdbcMetadataStore store = new JdbcMetadataStore(this.dataSource);
		store.afterPropertiesSet();
		assertThat(store.putIfAbsent("key", "first")).isNull();
		assertThat(store.putIfAbsent("key", "second")).isEqualTo("first");
		assertThat(store.replace("key", "first", "third")).isTrue();
		assertThat(store.get("key")).isEqualTo("third");
		assertThat(store.remove("key")).isEqualTo("third");
	}

	@Test
	void storesAMessageWithACloneOrNotAtAll() {
		Together together = new Together(this.transactions, this.clones);
		Message<String> rolledBack = MessageBuilder.withPayload("rolled back").build();
		Message<String> committed = MessageBuilder.withPayload("committed").build();
		together.rollBack(() -> this.messages.addMessage(rolledBack), "INT_MESSAGE", "gone");
		together.commit(() -> this.messages.addMessage(committed), "INT_MESSAGE", "kept");
		assertThat(this.messages.getMessage(rolledBack.getHeaders().getId())).isNull();
		assertThat(this.messages.getMessage(committed.getHeaders().getId())).isNotNull();
		assertThat(database.hasTable("gone")).isFalse();
		assertThat(database.count("kept")).isEqualTo(database.count("int_message"));
	}

	@Test
	void aQueueIsPolledWithAQueryProviderThatDoesNotSkipLockedRows() {
		JdbcChannelMessageStore queue = queue(new WithoutSkipLocked());
		TransactionTemplate transaction = new TransactionTemplate(this.transactions);
		transaction.executeWithoutResult((status) -> {
			queue.addMessageToGroup("queue", MessageBuilder.withPayload("first").build());
			queue.addMessageToGroup("queue", MessageBuilder.withPayload("second").build());
		});
		transaction.executeWithoutResult((status) -> {
			assertThat(queue.pollMessageFromGroup("queue").getPayload()).isEqualTo("first");
			status.setRollbackOnly();
		});
		assertThat(transaction.<Object>execute((status) -> queue.pollMessageFromGroup("queue").getPayload()))
			.isEqualTo("first");
		assertThat(transaction.<Object>execute((status) -> queue.pollMessageFromGroup("queue").getPayload()))
			.isEqualTo("second");
		assertThat(queue.messageGroupSize("queue")).isZero();
	}

	@Test
	void aQueueCannotBePolledWithTheQueryProviderForMySql() {
		JdbcChannelMessageStore queue = queue(new MySqlChannelMessageStoreQueryProvider());
		queue.addMessageToGroup("mysql", MessageBuilder.withPayload("first").build());
		assertThatExceptionOfType(DataAccessException.class).isThrownBy(() -> queue.pollMessageFromGroup("mysql"))
			.withStackTraceContaining("SKIP LOCKED");
		queue.removeMessageGroup("mysql");
	}

	private JdbcChannelMessageStore queue(ChannelMessageStoreQueryProvider queries) {
		JdbcChannelMessageStore store = new JdbcChannelMessageStore(this.dataSource);
		store.setChannelMessageStoreQueryProvider(queries);
		store.afterPropertiesSet();
		return store;
	}

	private JdbcLockRegistry registry() {
		DefaultLockRepository locks = new DefaultLockRepository(this.dataSource);
		locks.setApplicationContext(this.context);
		locks.afterPropertiesSet();
		locks.afterSingletonsInstantiated();
		locks.start();
		return new JdbcLockRegistry(locks);
	}

	/**
	 * The four queries that lock, without {@code SKIP LOCKED}.
	 */
	private static final class WithoutSkipLocked extends MySqlChannelMessageStoreQueryProvider {

		@Override
		public String getPollFromGroupExcludeIdsQuery() {
			return waiting(super.getPollFromGroupExcludeIdsQuery());
		}

		@Override
		public String getPollFromGroupQuery() {
			return waiting(super.getPollFromGroupQuery());
		}

		@Override
		public String getPriorityPollFromGroupExcludeIdsQuery() {
			return waiting(super.getPriorityPollFromGroupExcludeIdsQuery());
		}

		@Override
		public String getPriorityPollFromGroupQuery() {
			return waiting(super.getPriorityPollFromGroupQuery());
		}

		private static String waiting(String query) {
			return query.replace(" SKIP LOCKED", "");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	static class Application {

		@Bean
		JdbcMessageStore messages(DataSource dataSource) {
			new ResourceDatabasePopulator(
					new ClassPathResource("org/springframework/integration/jdbc/schema-mysql.sql"))
				.execute(dataSource);
			return new JdbcMessageStore(dataSource);
		}

	}

}
