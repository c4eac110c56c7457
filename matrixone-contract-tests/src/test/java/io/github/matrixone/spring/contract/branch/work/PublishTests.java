package io.github.matrixone.spring.contract.branch.work;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.orm.jpa.EntityManagerFactoryInfo;
import org.springframework.orm.jpa.EntityManagerHolder;
import org.springframework.orm.jpa.ExtendedEntityManagerCreator;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

import io.github.matrixone.spring.branch.BranchCheck;
import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.BranchEvent;
import io.github.matrixone.spring.branch.BranchEvent.Action;
import io.github.matrixone.spring.branch.BranchEvent.Phase;
import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.branch.MergeResult;
import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.dao.BranchCheckException;
import io.github.matrixone.spring.dao.BranchConflictException;
import io.github.matrixone.spring.dao.NotAllowedInTransactionException;
import io.github.matrixone.spring.dao.TransactionLostException;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Write, audit, publish, with checks that are beans and listeners that may prevent it.
 */
@EnabledIfServer
@SpringBootTest(classes = { WorkApplication.class, PublishTests.Checks.class }, properties = {
		"spring.jpa.hibernate.ddl-auto=create", "spring.jpa.properties.hibernate.id.optimizer.pooled.preferred=none" })
class PublishTests {

	private static final String DATABASE = "ct_branch_publish";

	private static final DatabaseName MAIN = DatabaseName.of(DATABASE);

	private static final DatabaseName DRAFT = DatabaseName.of("ct_branch_publish_draft");

	@Autowired
	BranchOperations branches;

	@Autowired
	ProductService service;

	@Autowired
	ProductRepository products;

	@Autowired
	JdbcTemplate jdbc;

	@Autowired
	EntityManager entityManager;

	@Autowired
	Checks checks;

	private long id;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, DATABASE + "?createDatabaseIfNotExist=true");
	}

	@BeforeEach
	void add() {
		this.id = this.service.add("tea", 3);
		this.checks.events.clear();
	}

	@AfterEach
	void clean() {
		this.checks.vetoed = null;
		this.checks.failing = null;
		this.checks.broken = null;
		this.checks.listener = (event) -> {
		};
		this.jdbc.execute("DROP DATABASE IF EXISTS " + DRAFT.quoted());
		this.products.deleteAll();
	}

	@Test
	void publishesWhatNoCheckHasAnythingAgainst() {
		List<MergeResult> results = this.branches.publish(DRAFT, () -> {
			this.service.rename(this.id, "green tea");
			this.service.add("coffee", 5);
		});
		assertThat(results.stream().mapToInt(MergeResult::added).sum()).as("a product and its offer").isEqualTo(2);
		assertThat(this.products.findAll()).extracting(Product::name).containsExactlyInAnyOrder("green tea", "coffee");
		assertThat(this.branches.list()).noneMatch((branch) -> DRAFT.equals(branch.table().database()));
		assertThat(this.checks.events).extracting(BranchEvent::phase, BranchEvent::action)
			.containsExactly(tuple(Phase.BEFORE, Action.CREATE), tuple(Phase.AFTER, Action.CREATE),
					tuple(Phase.BEFORE, Action.MERGE), tuple(Phase.AFTER, Action.MERGE),
					tuple(Phase.BEFORE, Action.DELETE), tuple(Phase.AFTER, Action.DELETE));
	}

	@Test
	void publishesNothingWhereChecksFindSomethingAndKeepsTheBranch() {
		assertThatExceptionOfType(BranchCheckException.class).isThrownBy(() -> this.branches.publish(DRAFT, () -> {
			this.service.rename(this.id, "BAD TEA");
			this.service.add("coffee", 0);
		})).satisfies((ex) -> {
			assertThat(ex.getFindings()).containsExactly(Map.entry("names", List.of("BAD TEA is no name")),
					Map.entry("prices", List.of("1 price is 0")));
			assertThat(ex).hasMessageContaining("BAD TEA").hasMessageContaining("prices");
		});
		assertThat(this.products.findAll()).extracting(Product::name).containsExactly("tea");
		this.branches.in(DRAFT, () -> {
			this.service.rename(this.id, "good tea");
			this.jdbc.update("UPDATE offer SET price = 5 WHERE price = 0");
		});
		this.branches.publish(this.branches.diff(DRAFT));
		assertThat(this.products.findAll()).extracting(Product::name).containsExactlyInAnyOrder("good tea", "coffee");
	}

	@Test
	void deletesTheBranchOfWorkThatFails() {
		assertThatIllegalStateException()
			.isThrownBy(() -> this.branches.publish(DRAFT, () -> this.service.renameAndFail(this.id, "x")))
			.withMessage("fails on purpose");
		assertThat(this.branches.list()).noneMatch((branch) -> DRAFT.equals(branch.table().database()));
	}

	@Test
	void refusesConflictsBeforeTheChecksRun() {
		assertThatExceptionOfType(BranchConflictException.class).isThrownBy(() -> this.branches.publish(DRAFT, () -> {
			this.service.rename(this.id, "BAD TEA");
			this.jdbc.queryForList("SELECT 1");
			inParent(() -> this.service.rename(this.id, "black tea"));
		}));
		assertThat(this.products.findAll()).extracting(Product::name).containsExactly("black tea");
	}

	@Test
	void joinsATransactionThatCannotBeCommittedAfterAFinding() {
		this.branches.createDatabase(MAIN, DRAFT);
		this.branches.in(DRAFT, () -> this.service.rename(this.id, "BAD TEA"));
		List<BranchDiff> diffs = this.branches.diff(DRAFT).tables();
		assertThatExceptionOfType(TransactionLostException.class).isThrownBy(() -> this.service.run(() -> {
			assertThatExceptionOfType(BranchCheckException.class).isThrownBy(() -> this.branches.publish(diffs));
			this.jdbc.update("UPDATE product SET name = 'x'");
		}));
		try {
			this.service.run(() -> assertThatExceptionOfType(BranchCheckException.class)
				.isThrownBy(() -> this.branches.publish(diffs)));
		}
		catch (TransactionLostException | UnexpectedRollbackException ex) {
			assertThat(ex).hasMessageContaining("rolled back");
		}
		assertThat(this.products.findAll()).extracting(Product::name).containsExactly("tea");
	}

	@Test
	void cannotBeCommittedAfterAListenerHasFailed() {
		this.branches.createDatabase(MAIN, DRAFT);
		this.branches.in(DRAFT, () -> this.service.rename(this.id, "green tea"));
		this.checks.failing = Action.MERGE;
		try {
			this.service.run(() -> assertThatIllegalStateException()
				.isThrownBy(() -> this.branches.merge(TableName.of(DRAFT.value(), "product")))
				.withMessage("failed"));
		}
		catch (TransactionLostException | UnexpectedRollbackException ex) {
			assertThat(ex).hasMessageContaining("rolled back");
		}
		assertThat(this.products.findAll()).extracting(Product::name).containsExactly("tea");
	}

	@Test
	void isRefusedWhereChecksWouldSeeWhatWasLoadedBefore() {
		List<BranchDiff> diffs = renamed("BAD TEA");
		this.service.run(() -> {
			assertThat(this.products.findById(this.id)).isPresent();
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.branches.publish(diffs))
				.withMessageContaining("EntityManager.clear()");
		});
		assertThat(this.products.findAll()).extracting(Product::name).containsExactly("tea");
	}

	@Test
	void isRefusedWhereTheViewHasLoadedWhatIsMerged() {
		List<BranchDiff> diffs = renamed("BAD TEA");
		EntityManagerFactory factory = this.entityManager.getEntityManagerFactory();
		EntityManager view = ExtendedEntityManagerCreator
			.createApplicationManagedEntityManager(factory.createEntityManager(), (EntityManagerFactoryInfo) factory);
		TransactionSynchronizationManager.bindResource(factory, new EntityManagerHolder(view));
		try {
			assertThat(this.products.findById(this.id)).isPresent();
			assertThatExceptionOfType(NotAllowedInTransactionException.class)
				.isThrownBy(() -> this.branches.publish(diffs));
			view.clear();
			assertThatExceptionOfType(BranchCheckException.class).isThrownBy(() -> this.branches.publish(diffs));
		}
		finally {
			TransactionSynchronizationManager.unbindResource(factory);
			view.close();
		}
		assertThat(this.products.findAll()).extracting(Product::name).containsExactly("tea");
	}

	@Test
	void cannotBeCommittedAfterACheckHasFailedWithACheckedException() {
		List<BranchDiff> diffs = renamed("green tea");
		this.checks.broken = new IOException("no audit");
		try {
			this.service
				.run(() -> assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.branches.publish(diffs)));
		}
		catch (TransactionLostException | UnexpectedRollbackException ex) {
			assertThat(ex).hasMessageContaining("rolled back");
		}
		assertThat(this.products.findAll()).extracting(Product::name).containsExactly("tea");
	}

	@Test
	void listenersToAMergeUseRepositories() {
		renamed("green tea");
		this.checks.listener = (event) -> {
			if (event.phase() == Phase.AFTER) {
				assertThat(this.products.findById(this.id)).get().extracting(Product::name).isEqualTo("green tea");
				this.service.add("audit", 1);
			}
			else {
				assertThat(this.products.findAll()).extracting(Product::name).containsExactly("tea");
				this.entityManager.clear();
			}
		};
		this.branches.merge(TableName.of(DRAFT.value(), "product"));
		assertThat(this.products.findAll()).extracting(Product::name).containsExactlyInAnyOrder("green tea", "audit");
	}

	@Test
	void isDoneAfterTheCommitOfAnotherTransaction() {
		List<BranchDiff> diffs = renamed("green tea");
		this.service
			.run(() -> TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
				@Override
				public void afterCommit() {
					PublishTests.this.branches.publish(diffs);
				}
			}));
		assertThat(this.products.findAll()).extracting(Product::name).containsExactly("green tea");
	}

	private List<BranchDiff> renamed(String name) {
		this.branches.createDatabase(MAIN, DRAFT);
		this.branches.in(DRAFT, () -> this.service.rename(this.id, name));
		return this.branches.diff(DRAFT).tables();
	}

	@Test
	void nothingIsLeftOfABranchWhoseListenerHasFailed() {
		this.checks.failing = Action.CREATE;
		assertThatIllegalStateException().isThrownBy(() -> this.branches.publish(DRAFT, () -> {
		})).withMessage("failed");
		this.checks.failing = null;
		this.branches.publish(DRAFT, () -> this.service.rename(this.id, "green tea"));
		assertThat(this.products.findAll()).extracting(Product::name).containsExactly("green tea");
	}

	@Test
	void isRefusedInATransaction() {
		assertThatExceptionOfType(NotAllowedInTransactionException.class).isThrownBy(
				() -> this.service.run(() -> this.branches.publish(DRAFT, () -> this.service.rename(this.id, "x"))));
		assertThat(this.checks.events).isEmpty();
	}

	@Test
	void letsListenersPreventEachOfIt() {
		this.checks.vetoed = Action.CREATE;
		assertVetoed(() -> this.branches.createDatabase(MAIN, DRAFT));
		assertThat(this.branches.list()).noneMatch((branch) -> DRAFT.equals(branch.table().database()));
		this.checks.vetoed = null;
		this.branches.createDatabase(MAIN, DRAFT);
		this.branches.in(DRAFT, () -> this.service.rename(this.id, "green tea"));
		this.checks.vetoed = Action.MERGE;
		TableName product = TableName.of(DRAFT.value(), "product");
		assertVetoed(() -> this.branches.merge(product));
		assertVetoed(() -> this.branches.pick(this.branches.diff(product), (row) -> true));
		assertThat(this.products.findAll()).extracting(Product::name).containsExactly("tea");
		this.checks.vetoed = Action.DELETE;
		assertVetoed(() -> this.branches.deleteDatabase(DRAFT));
		assertThat(this.branches.find(product)).isPresent();
	}

	private void assertVetoed(Runnable work) {
		assertThatIllegalStateException().isThrownBy(work::run).withMessage("vetoed");
	}

	private static void inParent(Runnable work) {
		Thread other = new Thread(work);
		other.start();
		try {
			other.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Checks {

		private final List<BranchEvent> events = new ArrayList<>();

		private Action vetoed;

		private Action failing;

		private Exception broken;

		private Consumer<BranchEvent> listener = (event) -> {
		};

		@Bean
		@Order(2)
		BranchCheck prices(JdbcTemplate jdbc) {
			return named("prices", () -> {
				Integer free = jdbc.queryForObject("SELECT count(*) FROM offer WHERE price = 0", Integer.class);
				return (free != 0) ? List.of(free + " price is 0") : List.of();
			});
		}

		@Bean
		@Order(1)
		BranchCheck names(ProductRepository products) {
			return named("names", () -> {
				if (this.broken != null) {
					fail(this.broken);
				}
				return products.findAll()
					.stream()
					.map(Product::name)
					.filter((name) -> name.startsWith("BAD"))
					.map((name) -> name + " is no name")
					.toList();
			});
		}

		@EventListener
		void on(BranchEvent event) {
			this.events.add(event);
			if (event.action() == Action.MERGE) {
				this.listener.accept(event);
			}
			if (event.phase() == Phase.BEFORE && event.action() == this.vetoed) {
				throw new IllegalStateException("vetoed");
			}
			if (event.phase() == Phase.AFTER && event.action() == this.failing) {
				throw new IllegalStateException("failed");
			}
		}

		@SuppressWarnings("unchecked")
		private static <E extends Exception> void fail(Exception ex) throws E {
			throw (E) ex;
		}

		private static BranchCheck named(String name, Supplier<List<String>> findings) {
			return new BranchCheck() {

				@Override
				public List<String> check(List<BranchDiff> published) {
					assertThat(published).isNotEmpty();
					return findings.get();
				}

				@Override
				public String name() {
					return name;
				}

			};
		}

	}

}
