package io.github.matrixone.spring.chaos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Kills the application with {@code kill -9}: before and after each statement of a
 * transaction that makes a branch, takes a snapshot, writes, clones, merges another
 * branch, and has a snapshot, a clone, a drop and the end of that branch follow its
 * commit; and at random moments under load. Another instance of the application is always
 * running, and a fresh one is started after each kill. When their recovery has come to
 * rest, what is there is compared with what was committed.
 *
 * <p>
 * Arguments: the number of random kills (200 by default); {@code random-only} to leave
 * out the named steps; {@code without-journal} to see that the comparison does find what
 * is left behind.
 */
public final class Kill {

	private static final String FINISHED = "FINISHED";

	private static final String REFUSED = "REFUSED";

	private static final int RANDOM_KILLS = 200;

	private static final int TOGETHER = 4;

	private static final int LONGEST_MILLIS = 1000;

	private static final long PATIENCE_MILLIS = TimeUnit.MINUTES.toMillis(2);

	private static final long WITHOUT_JOURNAL_MILLIS = 1000;

	private final String url = System.getenv().getOrDefault("MATRIXONE_URL", "jdbc:mysql://127.0.0.1:6001/");

	private final String username = System.getenv().getOrDefault("MATRIXONE_USERNAME", "root");

	private final String password = System.getenv().getOrDefault("MATRIXONE_PASSWORD", "111");

	private final JdbcTemplate jdbc = new JdbcTemplate(
			new DriverManagerDataSource(this.url, this.username, this.password));

	private final Random random;

	private final boolean journaled;

	private int job;

	private int kills;

	private int committed;

	private int unfinished;

	private int left;

	private int lost;

	private Kill(boolean journaled, long seed) {
		this.journaled = journaled;
		this.random = new Random(seed);
	}

	public static void main(String[] args) throws Exception {
		boolean journaled = !Arrays.asList(args).contains("without-journal");
		int randomKills = Arrays.stream(args)
			.filter((arg) -> arg.matches("\\d+"))
			.map(Integer::valueOf)
			.findFirst()
			.orElse(RANDOM_KILLS);
		long seed = System.nanoTime();
		System.out.println((journaled ? "With" : "Without") + " the journal, seed " + seed);
		Kill kill = new Kill(journaled, seed);
		kill.run(!Arrays.asList(args).contains("random-only"), randomKills);
		System.exit((kill.left + kill.lost > 0) ? 1 : 0);
	}

	private void run(boolean named, int randomKills) throws Exception {
		prepare();
		Instance standby = start();
		try {
			if (named) {
				standby = killAtSteps(standby);
				report("Named steps");
			}
			for (int i = 0; i < randomKills; i += TOGETHER) {
				killAtRandom();
				compare("killed at random");
			}
			report("All");
		}
		finally {
			standby.kill();
			cleanUp();
		}
	}

	private Instance killAtSteps(Instance first) throws Exception {
		Instance standby = first;
		for (String end : List.of("COMMIT", "ROLLBACK")) {
			String answer = "";
			for (int step = 0; !answer.startsWith(FINISHED); step += answer.startsWith(REFUSED) ? 0 : 1) {
				Instance victim = standby;
				standby = start();
				answer = killAt(victim, step, end);
				compare("killed at " + end + ' ' + step + ": " + answer);
			}
		}
		return standby;
	}

	/**
	 * Kill an instance at a step. A machine that is so slow that the other instance takes
	 * its transaction for one of a dead process makes it refuse the job.
	 */
	private String killAt(Instance victim, int step, String end) throws Exception {
		victim.awaitReady();
		victim.order("STEP " + this.job++ + ' ' + step + ' ' + end);
		String answer = victim.await("AT ", FINISHED, REFUSED);
		victim.kill();
		this.kills++;
		System.out.println(end + ' ' + step + ": " + answer);
		return answer;
	}

	/**
	 * Kill some instances that work at the same time, each at a moment of its own.
	 */
	private void killAtRandom() throws Exception {
		List<Instance> victims = new ArrayList<>();
		for (int i = 0; i < TOGETHER; i++) {
			victims.add(start());
		}
		for (Instance victim : victims) {
			victim.awaitReady();
			victim.order("RANDOM " + this.job);
			this.job += 10_000;
		}
		for (Instance victim : victims) {
			TimeUnit.MILLISECONDS.sleep(this.random.nextInt(LONGEST_MILLIS));
			victim.kill();
			this.kills++;
		}
	}

	/**
	 * Compare what is there with what was committed, when the recovery has come to rest,
	 * and remove it.
	 */
	private void compare(String when) throws Exception {
		awaitRecovery();
		Set<Integer> items = new TreeSet<>(this.jdbc.queryForList("SELECT id FROM " + table("item"), Integer.class));
		Set<Integer> begun = new TreeSet<>(this.jdbc.queryForList("SELECT id FROM " + table("begun"), Integer.class));
		Set<String> snapshots = new TreeSet<>(this.jdbc
			.queryForList("SELECT sname FROM mo_catalog.mo_snapshots WHERE sname LIKE 'chaos_kill%'", String.class));
		Set<Integer> merged = new TreeSet<>(this.jdbc.queryForList("SELECT id FROM " + table("stock"), Integer.class));
		Set<String> tables = new TreeSet<>(this.jdbc.queryForList("SHOW TABLES FROM " + Victim.DATABASE, String.class));
		for (int job : begun) {
			boolean done = items.contains(job);
			this.committed += done ? 1 : 0;
			this.unfinished += done ? 0 : 1;
			expect(done, tables.contains("live_" + job), when, "live clone of " + job);
			expect(done, snapshots.contains(Victim.snapshot("now", job).value()), when, "snapshot now of " + job);
			expect(done, snapshots.contains(Victim.snapshot("after", job).value()), when, "snapshot after " + job);
			expect(done, tables.contains("after_" + job), when, "clone after " + job);
			expect(!done, snapshots.contains(Victim.snapshot("old", job).value()), when, "old snapshot of " + job);
			expect(done, tables.contains("made_" + job), when, "branch made by " + job);
			expect(done, merged.contains(job), when, "row merged by " + job);
			expect(!done, tables.contains("draft_" + job), when, "branch merged by " + job);
			for (String clone : List.of("live_" + job, "after_" + job)) {
				if (tables.contains(clone)) {
					expect(true, count("SELECT count(*) FROM " + table(clone) + " WHERE id = " + job) == 1, when,
							"row of " + job + " in " + clone);
				}
			}
		}
		snapshots.forEach((snapshot) -> this.jdbc.execute("DROP SNAPSHOT " + snapshot));
		tables.stream()
			.filter((table) -> table.startsWith("live_") || table.startsWith("after_"))
			.forEach((table) -> this.jdbc.execute("DROP TABLE " + table(table)));
		tables.stream()
			.filter((table) -> table.startsWith("made_") || table.startsWith("draft_"))
			.forEach((table) -> this.jdbc.execute("DATA BRANCH DELETE TABLE " + table(table)));
		this.jdbc.execute("DELETE FROM " + table("item"));
		this.jdbc.execute("DELETE FROM " + table("begun"));
		this.jdbc.execute("DELETE FROM " + table("stock") + " WHERE id >= 0");
	}

	private void expect(boolean expected, boolean there, String when, String what) {
		if (expected && !there) {
			this.lost++;
			System.out.println("LOST: " + what + ", " + when);
		}
		else if (!expected && there) {
			this.left++;
			System.out.println("LEFT: " + what + ", " + when);
		}
	}

	/**
	 * Wait until the server has noticed that the application is dead and the recovery has
	 * done what was left.
	 */
	private void awaitRecovery() throws Exception {
		long deadline = System.currentTimeMillis() + PATIENCE_MILLIS;
		if (!this.journaled) {
			TimeUnit.MILLISECONDS.sleep(WITHOUT_JOURNAL_MILLIS);
			return;
		}
		while (count("SELECT count(*) FROM " + table("matrixone_journal")) > 0) {
			if (System.currentTimeMillis() > deadline) {
				System.out.println("LEFT: entries of the journal: "
						+ this.jdbc.queryForList("SELECT * FROM " + table("matrixone_journal")));
				this.left++;
				return;
			}
			TimeUnit.MILLISECONDS.sleep(50);
		}
	}

	private void report(String what) {
		System.out
			.println(what + ": " + this.kills + " kills, " + this.committed + " jobs committed and " + this.unfinished
					+ " not; " + this.left + " things left that were not committed, " + this.lost + " lost that were");
	}

	private void prepare() {
		cleanUp();
		this.jdbc.execute("CREATE DATABASE " + Victim.DATABASE);
		this.jdbc.execute("CREATE TABLE " + table("item") + " (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE TABLE " + table("begun") + " (id INT PRIMARY KEY)");
		this.jdbc.execute("CREATE TABLE " + table("stock") + " (id INT PRIMARY KEY)");
		this.jdbc.execute("INSERT INTO " + table("stock") + " VALUES (-1), (-2)");
	}

	private void cleanUp() {
		this.jdbc.queryForList("SELECT sname FROM mo_catalog.mo_snapshots WHERE sname LIKE 'chaos_kill%'", String.class)
			.forEach((snapshot) -> this.jdbc.execute("DROP SNAPSHOT " + snapshot));
		this.jdbc.execute("DROP DATABASE IF EXISTS " + Victim.DATABASE);
	}

	private long count(String sql) {
		Long count = this.jdbc.queryForObject(sql, Long.class);
		return (count != null) ? count : 0;
	}

	private static String table(String name) {
		return Victim.DATABASE + '.' + name;
	}

	private Instance start() throws IOException {
		List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java",
				"-XX:TieredStopAtLevel=1", "-Duser.timezone=UTC", "-cp", System.getProperty("java.class.path"),
				Victim.class.getName(), "--spring.main.banner-mode=off", "--logging.level.root=warn",
				"--spring.datasource.url=" + this.url + Victim.DATABASE + "?queryInterceptors="
						+ StatementHook.class.getName(),
				"--spring.datasource.hikari.minimum-idle=0", "--matrixone.journal.enabled=" + this.journaled,
				"--matrixone.journal.initialize-schema=always", "--matrixone.journal.grace-period=3s",
				"--matrixone.journal.recovery-interval=300ms"));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().put("SPRING_DATASOURCE_USERNAME", this.username);
		builder.environment().put("SPRING_DATASOURCE_PASSWORD", this.password);
		return new Instance(builder.start());
	}

	/**
	 * A running application.
	 */
	private static final class Instance {

		private static final String END = "END";

		private final Process process;

		private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

		Instance(Process process) {
			this.process = process;
			Thread reader = new Thread(this::read);
			reader.setDaemon(true);
			reader.start();
		}

		void awaitReady() throws InterruptedException {
			await("READY");
		}

		String await(String... beginnings) throws InterruptedException {
			for (String line = this.lines.take(); !line.equals(END); line = this.lines.take()) {
				if (Arrays.stream(beginnings).anyMatch(line::startsWith)) {
					return line;
				}
				System.out.println("  " + line);
			}
			throw new IllegalStateException("The application has ended by itself");
		}

		void order(String order) throws IOException {
			this.process.outputWriter().write(order + '\n');
			this.process.outputWriter().flush();
		}

		/**
		 * Kill it, as {@code kill -9} does, and show what it has said last.
		 */
		void kill() throws InterruptedException {
			this.process.destroyForcibly().waitFor();
			for (String line = this.lines.take(); !line.equals(END); line = this.lines.take()) {
				System.out.println("  " + line);
			}
		}

		private void read() {
			try (BufferedReader output = this.process.inputReader()) {
				output.lines().forEach(this.lines::add);
			}
			catch (IOException | UncheckedIOException ex) {
				this.lines.add("(killed)");
			}
			finally {
				this.lines.add(END);
			}
		}

	}

}
