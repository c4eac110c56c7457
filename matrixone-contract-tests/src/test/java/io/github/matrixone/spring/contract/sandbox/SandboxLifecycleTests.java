package io.github.matrixone.spring.contract.sandbox;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.MethodMode;
import org.springframework.test.context.TestExecutionListeners;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.support.DependencyInjectionTestExecutionListener;
import org.springframework.test.context.transaction.TestTransaction;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;
import io.github.matrixone.spring.boot.test.sandbox.Sandbox;
import io.github.matrixone.spring.boot.test.sandbox.SandboxException;
import io.github.matrixone.spring.boot.test.sandbox.SandboxScope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

/**
 * When sandboxes begin and end, and which threads they belong to. It is the same on a
 * server and on the simulator, on which this runs.
 */
@ExtendWith(OutputCaptureExtension.class)
class SandboxLifecycleTests {

	@Test
	void theTestsOfAClassShareOneIfToldSo() {
		Fixtures.assertAllSucceed(3, Fixtures.run(Shared.class));
	}

	@Test
	void aMethodAloneCanHaveOne() {
		Fixtures.assertAllSucceed(1, Fixtures.run(OneMethod.class));
	}

	@Test
	void aTestWithoutOneGetsNoConnection() {
		assertThat(Fixtures.failures(Fixtures.run(OneMethodOfTwo.class))).singleElement()
			.satisfies((failure) -> assertThat(failure).rootCause()
				.isInstanceOf(SandboxException.class)
				.hasMessageContaining("This test has no sandbox: put @MatrixOneSandbox on it"));
	}

	@Test
	void aTestWhoseListenersLeaveItOutGetsNoConnection() {
		assertThat(Fixtures.failures(Fixtures.run(OwnListeners.class))).singleElement()
			.satisfies((failure) -> assertThat(failure).rootCause()
				.isInstanceOf(SandboxException.class)
				.hasMessageContaining("No sandbox is open")
				.hasMessageContaining("SandboxTestExecutionListener must be one"));
	}

	@Test
	void thereIsNoneBeforeTheFirstMethod() {
		assertThat(Fixtures.failures(Fixtures.run(TooEarly.class))).singleElement()
			.satisfies((failure) -> assertThat(failure).rootCause()
				.hasMessageContaining("With SandboxScope.PER_METHOD there is none in @BeforeAll"));
	}

	@Test
	void aMethodOfAClassWithASharedOneCannotHaveItsOwn() {
		assertThat(Fixtures.failures(Fixtures.run(SharedAndOwn.class))).singleElement()
			.satisfies((failure) -> assertThat(failure)
				.hasMessageContaining("A sandbox of the scope PER_CLASS is for all tests"));
	}

	@Test
	void aSharedOneBeginsAnewWithTheContext() {
		Fixtures.assertAllSucceed(4, Fixtures.run(SharedAndDirty.class));
	}

	@Test
	@Timeout(60)
	void aNestedClassCanHaveItsOwnBesideASharedOne() {
		Fixtures.assertAllSucceed(3, Fixtures.runInParallel(AroundOwn.class, WaitingForAround.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { AroundExclusive.class, ExclusiveAroundOwn.class })
	@Timeout(60)
	void aNestedClassNeverWaitsForTheOneAroundIt(Class<?> fixture) {
		assertThat(Fixtures.failures(Fixtures.run(fixture))).singleElement()
			.satisfies((failure) -> assertThat(failure).isInstanceOf(SandboxException.class)
				.hasMessageContaining("Inner would wait for ever for the end of")
				.hasMessageContaining("Take @MatrixOneSandbox from the nested class"));
	}

	@Test
	void aClassHasTheSameAfterItsNestedClassesAsBefore() {
		Fixtures.assertAllSucceed(3,
				Fixtures.runInParallel(AroundNested.class, SharedAroundNested.class, BesideNested.class));
	}

	@Test
	void testsAtTheSameTimeHaveOneEach() {
		Meeting.tests = new CyclicBarrier(4);
		Fixtures.assertAllSucceed(4, Fixtures.runInParallel(Meeting.One.class, Meeting.Other.class));
	}

	@Test
	void aThreadOfNoTestIsRefusedWhereThereAreSeveral() {
		Strangers.tests = new CyclicBarrier(2);
		Fixtures.assertAllSucceed(2, Fixtures.runInParallel(Strangers.class));
	}

	@Test
	void testsThatAreAloneAreNeverTwo() {
		Alone.open.set(0);
		Fixtures.assertAllSucceed(10, Fixtures.runInParallel(Alone.class));
	}

	@Test
	void requestsToARunningServerBelongToTheirTest() {
		Fixtures.assertAllSucceed(6, Fixtures.runInParallel(Web.One.class, Web.Other.class));
	}

	@Test
	void slicesRunOnTheSimulatorToo() {
		Fixtures.assertAllSucceed(4, Fixtures.run(JpaSlice.class, JdbcSlice.class));
	}

	@ParameterizedTest
	@ValueSource(classes = { MadeByFlyway.class, MadeByLiquibase.class, MadeByHibernate.class })
	void whateverMakesTheTablesMakesThemOnTheSimulatorToo(Class<?> fixture) {
		Fixtures.assertAllSucceed(2, Fixtures.run(fixture));
	}

	@ParameterizedTest
	@ValueSource(classes = { Failing.class, FailingAndDirty.class, SharedFailingAndDirty.class })
	void theDatabaseOfAFailedTestIsKeptIfToldSo(Class<?> fixture, CapturedOutput output) {
		assertThat(Fixtures.failures(Fixtures.run(fixture))).singleElement()
			.satisfies((failure) -> assertThat(failure).hasMessageContaining("on purpose"));
		assertThat(output).containsPattern(fixture.getSimpleName()
				+ ".fails failed: its database is kept as (\\S+). Drop it with DROP " + "DATABASE `\\1`");
	}

	@Test
	void theContextIsNotMadeAgain() {
		Cached.contexts.set(0);
		Fixtures.assertAllSucceed(4, Fixtures.run(Cached.One.class, Cached.Other.class));
		assertThat(Cached.contexts).hasValue(1);
	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class,
			properties = { "spring.sql.init.schema-locations=classpath:sandbox/sequence-simulator.sql",
					"spring.sql.init.data-locations=classpath:sandbox/schema.sql" })
	abstract static class Fixture {

		@Autowired
		ProductRepository products;

		@Autowired
		Sandbox sandbox;

		void addOne() {
			assertThat(this.products.count()).isEqualTo(2);
			this.products.save(new Product("plum", 1));
			assertThat(this.products.count()).isEqualTo(3);
		}

	}

	@MatrixOneSandbox(scope = SandboxScope.PER_CLASS)
	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	static class Shared extends Fixture {

		@BeforeAll
		static void prepare(@Autowired JdbcTemplate jdbc) {
			jdbc.update("INSERT INTO product (name, stock) VALUES ('of all', 0)");
		}

		@Test
		@Order(1)
		void writes() {
			assertThat(this.products.count()).isEqualTo(3);
			this.products.save(new Product("of the first", 1));
		}

		@Test
		@Order(2)
		void finds() {
			assertThat(this.products.count()).isEqualTo(4);
		}

		@Nested
		class Inner {

			@Test
			void finds() {
				assertThat(Shared.this.products.count()).isEqualTo(4);
			}

		}

	}

	@MatrixOneSandbox(scope = SandboxScope.PER_CLASS)
	@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
	static class SharedAndDirty extends Fixture {

		@Test
		@Order(1)
		@DirtiesContext
		void writes() {
			addOne();
		}

		@Test
		@Order(2)
		void writesAgain() {
			addOne();
		}

		@Test
		@Order(3)
		void finds() {
			assertThat(this.products.count()).isEqualTo(3);
		}

		@Test
		@Order(4)
		@DirtiesContext(methodMode = MethodMode.BEFORE_METHOD)
		void writesOnceMore() {
			addOne();
		}

		@AfterAll
		static void finds(@Autowired ProductRepository products) {
			assertThat(products.count()).isEqualTo(3);
		}

	}

	@MatrixOneSandbox(scope = SandboxScope.PER_CLASS)
	static class AroundOwn extends Fixture {

		static final CountDownLatch open = new CountDownLatch(1);

		@BeforeAll
		static void letTheOtherWait() throws Exception {
			open.countDown();
			Thread.sleep(1000);
		}

		@Test
		void writes() {
			addOne();
		}

		@Nested
		@MatrixOneSandbox
		class Inner {

			@Test
			void writes() {
				addOne();
			}

		}

	}

	@MatrixOneSandbox(exclusive = true)
	static class WaitingForAround extends Fixture {

		@BeforeAll
		static void beginSecond() throws Exception {
			assertThat(AroundOwn.open.await(60, TimeUnit.SECONDS)).isTrue();
		}

		@Test
		void writes() {
			addOne();
		}

	}

	@MatrixOneSandbox(scope = SandboxScope.PER_CLASS)
	static class AroundExclusive extends Fixture {

		@Nested
		@MatrixOneSandbox(exclusive = true)
		class Inner {

			@Test
			void isNotReached() {
			}

		}

	}

	@MatrixOneSandbox(scope = SandboxScope.PER_CLASS, exclusive = true)
	static class ExclusiveAroundOwn extends Fixture {

		@Nested
		@MatrixOneSandbox
		class Inner {

			@Test
			void isNotReached() {
			}

		}

	}

	@MatrixOneSandbox
	static class AroundNested extends Fixture {

		@AfterAll
		static void hasNone(@Autowired JdbcTemplate jdbc) throws Exception {
			BesideNested.whileItIsOpen(() -> assertThatExceptionOfType(Exception.class)
				.isThrownBy(() -> jdbc.update("DELETE FROM product"))
				.withStackTraceContaining("This test has no sandbox"));
		}

		@Nested
		class Inner {

			@Test
			void writes() {
				addOne();
			}

		}

	}

	@MatrixOneSandbox(scope = SandboxScope.PER_CLASS)
	static class SharedAroundNested extends Fixture {

		@AfterAll
		static void finds(@Autowired ProductRepository products) throws Exception {
			BesideNested.whileItIsOpen(() -> assertThat(products.count()).isEqualTo(3));
		}

		@Nested
		class Inner {

			@Test
			void writes() {
				addOne();
			}

		}

	}

	@MatrixOneSandbox
	static class BesideNested extends Fixture {

		static final CountDownLatch open = new CountDownLatch(1);

		static final CountDownLatch others = new CountDownLatch(2);

		static void whileItIsOpen(Runnable action) throws Exception {
			try {
				assertThat(open.await(60, TimeUnit.SECONDS)).isTrue();
				action.run();
			}
			finally {
				others.countDown();
			}
		}

		@Test
		void isLeftAlone() throws Exception {
			open.countDown();
			assertThat(others.await(60, TimeUnit.SECONDS)).isTrue();
			assertThat(this.products.count()).isEqualTo(2);
		}

	}

	static class OneMethod extends Fixture {

		@Test
		@MatrixOneSandbox
		void has() {
			addOne();
		}

	}

	static class OneMethodOfTwo extends Fixture {

		@Test
		@MatrixOneSandbox
		void has() {
			addOne();
		}

		@Test
		void hasNot() {
			this.products.count();
		}

	}

	@MatrixOneSandbox
	@TestExecutionListeners(DependencyInjectionTestExecutionListener.class)
	static class OwnListeners extends Fixture {

		@Test
		void isNotReached() {
			this.products.deleteAll();
		}

	}

	@MatrixOneSandbox
	static class TooEarly extends Fixture {

		@BeforeAll
		static void prepare(@Autowired JdbcTemplate jdbc) {
			jdbc.update("DELETE FROM product");
		}

		@Test
		void isNotReached() {
		}

	}

	@MatrixOneSandbox(scope = SandboxScope.PER_CLASS)
	static class SharedAndOwn extends Fixture {

		@Test
		@MatrixOneSandbox
		void isNotReached() {
		}

	}

	@MatrixOneSandbox
	abstract static class Meeting extends Fixture {

		static CyclicBarrier tests;

		@RepeatedTest(2)
		void addsOneBesideOthers() throws Exception {
			addOne();
			tests.await(60, TimeUnit.SECONDS);
			assertThat(this.products.count()).isEqualTo(3);
			tests.await(60, TimeUnit.SECONDS);
		}

		static class One extends Meeting {

		}

		static class Other extends Meeting {

		}

	}

	@MatrixOneSandbox
	static class Strangers extends Fixture {

		static CyclicBarrier tests;

		@RepeatedTest(2)
		void usesAnotherThread() throws Exception {
			tests.await(60, TimeUnit.SECONDS);
			assertThat(CompletableFuture.supplyAsync(this.products::count)).failsWithin(60, TimeUnit.SECONDS)
				.withThrowableThat()
				.havingRootCause()
				.isInstanceOf(SandboxException.class)
				.withMessageContaining("belongs to none of them: use @MatrixOneSandbox(exclusive = true)");
			tests.await(60, TimeUnit.SECONDS);
		}

	}

	@MatrixOneSandbox(exclusive = true)
	static class Alone extends Fixture {

		static final AtomicInteger open = new AtomicInteger();

		@RepeatedTest(10)
		void isAlone() {
			assertThat(open.incrementAndGet()).isOne();
			assertThat(CompletableFuture.supplyAsync(this.products::count)).succeedsWithin(60, TimeUnit.SECONDS)
				.isEqualTo(2L);
			addOne();
			open.decrementAndGet();
		}

	}

	@MatrixOneSandbox
	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, classes = SandboxApplication.class,
			properties = { "spring.sql.init.schema-locations=classpath:sandbox/sequence-simulator.sql",
					"spring.sql.init.data-locations=classpath:sandbox/schema.sql" })
	abstract static class Web extends Fixture {

		@LocalServerPort
		int port;

		@RepeatedTest(3)
		void addsOneByARequest() throws IOException, InterruptedException {
			assertThat(request()).isEqualTo("3");
			assertThat(this.products.count()).isEqualTo(3);
			assertThat(this.sandbox).hasInserted("product", 1);
		}

		private String request() throws IOException, InterruptedException {
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + "/add")).build();
			return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
		}

		static class One extends Web {

		}

		static class Other extends Web {

		}

	}

	@MatrixOneSandbox
	@DataJpaTest
	@TestPropertySource(properties = { "spring.sql.init.schema-locations=classpath:sandbox/sequence-simulator.sql",
			"spring.sql.init.data-locations=classpath:sandbox/schema.sql" })
	static class JpaSlice {

		@RepeatedTest(2)
		void commitsForReal(@Autowired ProductRepository products, @Autowired Sandbox sandbox) {
			assertThat(products.count()).isEqualTo(2);
			products.save(new Product("plum", 1));
			assertThat(sandbox).hasInserted("product", 1);
			TestTransaction.flagForCommit();
			TestTransaction.end();
			assertThat(sandbox).hasInserted("product", 1);
		}

	}

	@MatrixOneSandbox
	@JdbcTest
	@TestPropertySource(properties = { "spring.sql.init.schema-locations=classpath:sandbox/sequence-simulator.sql",
			"spring.sql.init.data-locations=classpath:sandbox/schema.sql" })
	@Transactional(propagation = Propagation.NOT_SUPPORTED)
	static class JdbcSlice {

		@RepeatedTest(2)
		void addsOne(@Autowired JdbcTemplate jdbc) {
			jdbc.update("INSERT INTO product (name, stock) VALUES ('plum', 1)");
			assertThat(jdbc.queryForObject("SELECT COUNT(*) FROM product", Integer.class)).isEqualTo(3);
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, classes = SandboxApplication.class,
			properties = "spring.sql.init.mode=never")
	@MatrixOneSandbox
	abstract static class Made extends Fixture {

		@RepeatedTest(2)
		void addsOne() {
			addOne();
		}

	}

	@TestPropertySource(
			properties = { "spring.flyway.enabled=true", "spring.flyway.locations=classpath:sandbox/flyway" })
	static class MadeByFlyway extends Made {

	}

	@TestPropertySource(properties = { "spring.liquibase.enabled=true",
			"spring.liquibase.change-log=classpath:sandbox/liquibase/changelog.yaml" })
	static class MadeByLiquibase extends Made {

	}

	@TestPropertySource(properties = { "spring.jpa.hibernate.ddl-auto=create-drop",
			"spring.jpa.defer-datasource-initialization=true", "spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=", "spring.sql.init.data-locations=classpath:sandbox/data.sql" })
	static class MadeByHibernate extends Made {

	}

	@MatrixOneSandbox(keepOnFailure = true)
	static class Failing extends Fixture {

		@Test
		void fails() {
			addOne();
			fail("on purpose");
		}

	}

	@MatrixOneSandbox(keepOnFailure = true)
	static class FailingAndDirty extends Fixture {

		@Test
		@DirtiesContext
		void fails() {
			addOne();
			fail("on purpose");
		}

	}

	@MatrixOneSandbox(scope = SandboxScope.PER_CLASS, keepOnFailure = true)
	static class SharedFailingAndDirty extends Fixture {

		@Test
		@DirtiesContext
		void fails() {
			addOne();
			fail("on purpose");
		}

	}

	@MatrixOneSandbox
	@Import(Cached.Counting.class)
	abstract static class Cached extends Fixture {

		static final AtomicInteger contexts = new AtomicInteger();

		@RepeatedTest(2)
		void addsOne() {
			addOne();
		}

		static class One extends Cached {

		}

		static class Other extends Cached {

		}

		@Configuration(proxyBeanMethods = false)
		static class Counting {

			@Bean
			Object counted() {
				return contexts.incrementAndGet();
			}

		}

	}

}
