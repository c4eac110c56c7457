package io.github.matrixone.spring.contract.branch;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.branch.BranchTemplate;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.MatrixOneDataSource;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.r2dbc.MatrixOneConnectionFactory;
import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.TableName;

/**
 * A program that reads the changed rows of a branch: a process of its own has the little
 * memory that they are to be read with.
 */
public final class LargeDiff {

	private static final int SOME = 1_000;

	private static final Duration PAUSE = Duration.ofMillis(5);

	private LargeDiff() {
	}

	/**
	 * Print the number of rows.
	 * @param args how to read them, the URL, the user, the password, the branch
	 * @throws IOException if there is no room for a script
	 */
	public static void main(String[] args) throws IOException {
		TableName branch = TableName.of(args[4]);
		long rows = switch (args[0]) {
			case "whole" -> jdbc(args).diff(branch).changes().size();
			case "jdbc" -> {
				AtomicLong count = new AtomicLong();
				jdbc(args).forEachChange(branch, (change) -> count.incrementAndGet());
				yield count.get();
			}
			case "patch" -> updates((writer) -> jdbc(args).writePatch(branch, TableName.of("item"), writer));
			case "r2dbc-patch" -> updates((writer) -> {
				for (String text : r2dbc(args).patchScript(branch, TableName.of("item")).toIterable()) {
					writer.write(text);
				}
			});
			default -> r2dbc(args).changes(branch)
				.index()
				// Slower than the server is.
				.concatMap((change) -> (change.getT1() % SOME == 0) ? Mono.delay(PAUSE) : Mono.just(0L), 1)
				.count()
				.blockOptional()
				.orElseThrow();
		};
		System.out.println(rows);
	}

	private static long updates(Patch patch) throws IOException {
		Path script = Files.createTempFile("patch", ".sql");
		try (Writer writer = Files.newBufferedWriter(script)) {
			patch.writeTo(writer);
		}
		try (Stream<String> lines = Files.lines(script)) {
			return lines.filter((line) -> line.startsWith("UPDATE")).count();
		}
		finally {
			Files.delete(script);
		}
	}

	private static BranchTemplate jdbc(String[] args) {
		return new BranchTemplate(new CommandExecutor(
				new MatrixOneDataSource(new DriverManagerDataSource(args[1], args[2], args[3])), new ServerBackend()));
	}

	private static ReactiveBranchTemplate r2dbc(String[] args) {
		return new ReactiveBranchTemplate(new ReactiveCommandExecutor(new MatrixOneConnectionFactory(
				ConnectionFactories.get(ConnectionFactoryOptions.parse(args[1].replaceFirst("jdbc", "r2dbc"))
					.mutate()
					.option(ConnectionFactoryOptions.USER, args[2])
					.option(ConnectionFactoryOptions.PASSWORD, args[3])
					.build()))));
	}

	/**
	 * A script that is written.
	 */
	@FunctionalInterface
	private interface Patch {

		void writeTo(Writer writer) throws IOException;

	}

}
