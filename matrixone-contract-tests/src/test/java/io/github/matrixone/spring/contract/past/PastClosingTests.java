package io.github.matrixone.spring.contract.past;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;
import io.github.matrixone.spring.past.PastOperations;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that ends while it reads the past, and makes and drops copies of it all
 * the time.
 */
@EnabledIfServer
@Timeout(180)
class PastClosingTests {

	private static final String DATABASE = "ct_past_closing";

	private static final int READERS = 6;

	private static final int POINTS = 12;

	private final JdbcTemplate plain = ServerUnderTest.get().plainJdbc("");

	private final Set<String> read = ConcurrentHashMap.newKeySet();

	private final Map<String, Throwable> failures = new ConcurrentHashMap<>();

	private final AtomicBoolean closed = new AtomicBoolean();

	@BeforeEach
	@AfterEach
	void dropDatabase() {
		this.plain.execute("DROP DATABASE IF EXISTS " + DATABASE);
	}

	@RepeatedTest(3)
	void leavesNoCopyAndReadsNothingOfNow() throws InterruptedException {
		ConfigurableApplicationContext context = start();
		ItemService items = context.getBean(ItemService.class);
		PastOperations past = context.getBean(PastOperations.class);
		JdbcTemplate jdbc = context.getBean(JdbcTemplate.class);
		long id = items.add("then", 100, 1, 2);
		Instant point = now(jdbc);
		items.change(id, "now", 200, 3);
		ExecutorService readers = Executors.newFixedThreadPool(READERS);
		CountDownLatch reads = new CountDownLatch(60);
		for (int i = 0; i < READERS; i++) {
			// JPA ends before the past does, the pool after it.
			Runnable reading = (i % 2 == 0) ? () -> this.read.add(items.describe(id)) : () -> readOften(jdbc, id);
			readers.execute(() -> {
				while (!this.closed.get()) {
					read(past, point.plusNanos(ThreadLocalRandom.current().nextInt(POINTS)), reading);
					reads.countDown();
				}
			});
		}
		assertThat(reads.await(60, TimeUnit.SECONDS)).as("reads before the end").isTrue();
		assertThat(this.failures).as("failures before the end").isEmpty();
		context.close();
		this.closed.set(true);
		readers.shutdown();
		assertThat(readers.awaitTermination(60, TimeUnit.SECONDS)).as("readers have ended").isTrue();
		assertThat(this.read).containsExactlyInAnyOrder("then 1.00 [1, 2]", "then");
		assertThat(this.plain.queryForList("SELECT schema_name FROM information_schema.schemata WHERE schema_name "
				+ "LIKE 'past_of_ct_past_closing_%'", String.class))
			.as("failures: " + this.failures.keySet())
			.isEmpty();
	}

	private void readOften(JdbcTemplate jdbc, long id) {
		for (int i = 0; i < 50; i++) {
			this.read.addAll(jdbc.queryForList("SELECT name FROM item WHERE id = ?", String.class, id));
		}
	}

	private void read(PastOperations past, Instant point, Runnable reading) {
		try {
			past.asOf(point).executeWithoutResult(reading);
		}
		catch (RuntimeException ex) {
			this.failures.put(String.valueOf(ex.getMessage()), ex);
		}
	}

	private static ConfigurableApplicationContext start() {
		ServerUnderTest server = ServerUnderTest.get();
		return new SpringApplicationBuilder(PastApplication.class).web(WebApplicationType.NONE)
			.run("--spring.datasource.url=" + server.url() + DATABASE + "?createDatabaseIfNotExist=true",
					"--spring.datasource.username=" + server.username(),
					"--spring.datasource.password=" + server.password(), "--spring.jpa.hibernate.ddl-auto=create",
					"--matrixone.past.keep-at-most=2", "--matrixone.past.keep-for=" + Duration.ofSeconds(1));
	}

	private static Instant now(JdbcTemplate jdbc) {
		return Instant.EPOCH.plusNanos(1000 * Objects.requireNonNull(
				jdbc.queryForObject("SELECT unix_timestamp() * 1000000 + microsecond(now(6))", Long.class)));
	}

}
