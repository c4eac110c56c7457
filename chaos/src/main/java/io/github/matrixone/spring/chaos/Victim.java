package io.github.matrixone.spring.chaos;

import java.util.Locale;
import java.util.Scanner;
import java.util.concurrent.ThreadLocalRandom;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.branch.BranchOperations;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

/**
 * The application that {@link Kill} kills. It says when it is ready, and then waits to be
 * told what to do: {@code RANDOM n} works with two threads, on jobs from n on, until it
 * is killed; {@code STEP n k COMMIT|ROLLBACK} does job n and stops at its statement k.
 */
public final class Victim {

	static final String DATABASE = "matrixone_chaos_kill";

	private final JdbcTemplate jdbc;

	private final SnapshotOperations snapshots;

	private final CloneOperations clones;

	private final BranchOperations branches;

	private final TransactionTemplate transaction;

	private Victim(ConfigurableApplicationContext context) {
		this.jdbc = context.getBean(JdbcTemplate.class);
		this.snapshots = context.getBean(SnapshotOperations.class);
		this.clones = context.getBean(CloneOperations.class);
		this.branches = context.getBean(BranchOperations.class);
		this.transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
	}

	public static void main(String[] args) {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Configured.class)
			.web(WebApplicationType.NONE)
			.run(args);
		Victim victim = new Victim(context);
		say("READY");
		try (Scanner orders = new Scanner(System.in)) {
			victim.obey(orders);
		}
	}

	static synchronized void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

	private void obey(Scanner orders) {
		boolean random = orders.next().equals("RANDOM");
		int first = orders.nextInt();
		if (random) {
			for (int thread = 0; thread < 2; thread++) {
				int start = first + thread;
				new Thread(() -> work(start)).start();
			}
		}
		else {
			int step = orders.nextInt();
			boolean commit = orders.next().equals("COMMIT");
			before(first);
			StatementHook.stopAt(step);
			try {
				job(first, commit);
				say("FINISHED");
			}
			catch (DataAccessException ex) {
				refused(first, ex);
			}
		}
	}

	private void work(int start) {
		for (int job = start;; job += 2) {
			try {
				before(job);
				job(job, ThreadLocalRandom.current().nextInt(3) > 0);
			}
			catch (DataAccessException ex) {
				refused(job, ex);
			}
		}
	}

	private static void refused(int job, DataAccessException ex) {
		say("REFUSED " + job + ' ' + String.valueOf(ex.getMessage()).replace('\n', ' '));
	}

	/**
	 * Take the snapshot that the job is to drop, and make the branch that it is to merge
	 * and to delete.
	 */
	private void before(int job) {
		this.snapshots.create(snapshot("old", job), SnapshotScope.database(DATABASE));
		this.branches.createTable(table("stock"), table("draft_" + job));
		this.jdbc.update("INSERT INTO draft_" + job + " VALUES (?)", job);
		this.jdbc.update("INSERT INTO begun VALUES (?)", job);
	}

	/**
	 * A branch and a snapshot now, business writes, a clone, a merge, and a snapshot, a
	 * clone of it, a drop and the end of a branch after the commit.
	 */
	private void job(int job, boolean commit) {
		this.transaction.executeWithoutResult((status) -> {
			this.branches.createTable(table("stock"), table("made_" + job));
			this.snapshots.create(snapshot("now", job), SnapshotScope.database(DATABASE));
			this.jdbc.update("INSERT INTO item VALUES (?)", job);
			this.clones.cloneTable(table("item"), table("live_" + job), CloneOptions.defaults());
			this.branches.merge(table("draft_" + job));
			this.snapshots.createAfterCommit(snapshot("after", job), SnapshotScope.database(DATABASE));
			this.clones.cloneTableAfterCommit(table("item"), table("after_" + job), snapshot("after", job));
			this.snapshots.drop(snapshot("old", job));
			this.branches.deleteTable(table("draft_" + job));
			if (!commit) {
				status.setRollbackOnly();
			}
		});
	}

	static SnapshotName snapshot(String kind, int job) {
		return SnapshotName.of(String.format(Locale.ROOT, "chaos_kill_%s_%d", kind, job));
	}

	private static TableName table(String name) {
		return TableName.of(DATABASE, name);
	}

	/**
	 * The configuration.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(excludeName = "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration")
	static class Configured {

	}

}
