package io.github.matrixone.spring.shop;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import jakarta.persistence.EntityManager;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.annotation.DirtiesContext.ClassMode;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.context.jdbc.Sql;
import org.springframework.test.context.jdbc.Sql.ExecutionPhase;
import org.springframework.transaction.annotation.Transactional;

import io.github.matrixone.spring.boot.test.sandbox.MatrixOneSandbox;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that commit. All classes have the same test method, which runs as often as the
 * system property {@value #METHODS} says, and no context when they end.
 */
@SpringBootTest(classes = ShopApplication.class, webEnvironment = WebEnvironment.NONE,
		properties = { "spring.jpa.hibernate.ddl-auto=none", "spring.main.banner-mode=off",
				"spring.main.log-startup-info=false", "logging.level.root=warn" })
@DirtiesContext(classMode = ClassMode.AFTER_CLASS)
public abstract class ShopTests {

	/** The name of a system property: how many test methods there are. */
	public static final String METHODS = "benchmark.methods";

	/** How many movements there are before a test. */
	public static final int MOVEMENTS = 100;

	/** How much there is of each product before a test. */
	public static final int STOCK = 1_000_000;

	/** The name of a system property: how many milliseconds a method does nothing. */
	public static final String PAUSE = "benchmark.pause";

	/** When methods have begun and ended, one after the other, in nanoseconds. */
	public static final List<Long> TIMES = Collections.synchronizedList(new ArrayList<>());

	private static final long SOLD = 4711;

	@Autowired
	private EntityManager entityManager;

	@Autowired
	private Shop shop;

	static IntStream methods() {
		return IntStream.range(0, Integer.getInteger(METHODS, 1));
	}

	@ParameterizedTest
	@MethodSource("methods")
	void sells(int method) throws InterruptedException {
		TIMES.add(System.nanoTime());
		int movements = movements();
		int stock = product(SOLD).stock();
		requireClean(movements, stock);
		assertThat(LongStream.of(1, 17, 1234).mapToObj((id) -> product(id).stock())).containsOnly(STOCK);
		this.shop.sellThree(SOLD);
		assertThat(movements()).isEqualTo(movements + 2);
		assertThat(product(SOLD).stock()).isEqualTo(stock - 3);
		Thread.sleep(Integer.getInteger(PAUSE, 0));
		TIMES.add(System.nanoTime());
	}

	void requireClean(int movements, int stock) {
		assertThat(movements).isEqualTo(MOVEMENTS);
		assertThat(stock).isEqualTo(STOCK);
	}

	private Product product(long id) {
		return this.entityManager.find(Product.class, id);
	}

	private int movements() {
		return this.entityManager.createQuery("SELECT count(m) FROM Movement m", Long.class)
			.getSingleResult()
			.intValue();
	}

	/**
	 * Each method has a clone of the database of the URL.
	 */
	@MatrixOneSandbox
	public static final class InSandbox extends ShopTests {

	}

	/**
	 * A script knows what the test has done.
	 */
	@Sql(scripts = "/shop/undo.sql", executionPhase = ExecutionPhase.AFTER_TEST_METHOD)
	public static final class Undone extends ShopTests {

	}

	/**
	 * Scripts know the tables, and not what the test has done.
	 */
	@Sql(scripts = { "/shop/empty.sql", "/shop/load.sql" }, executionPhase = ExecutionPhase.AFTER_TEST_METHOD)
	public static final class Reloaded extends ShopTests {

	}

	/**
	 * Each method has a context of its own, which makes the tables anew.
	 */
	@DirtiesContext(classMode = ClassMode.AFTER_EACH_TEST_METHOD)
	@TestPropertySource(properties = { "spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=classpath:shop/drop.sql,classpath:shop/schema.sql",
			"spring.sql.init.data-locations=classpath:shop/load.sql" })
	public static final class InNewContext extends ShopTests {

	}

	/**
	 * The tests' transactions are rolled back: nothing is committed.
	 */
	public static final class RolledBack extends ShopTests {

		@Override
		@ParameterizedTest
		@MethodSource("methods")
		@Transactional
		void sells(int method) throws InterruptedException {
			super.sells(method);
		}

	}

	/**
	 * What the tests have committed stays.
	 */
	public static final class LeftAsIs extends ShopTests {

		@Override
		void requireClean(int movements, int stock) {
			assertThat(movements).isGreaterThanOrEqualTo(MOVEMENTS);
			assertThat(stock).isLessThanOrEqualTo(STOCK);
		}

	}

}
