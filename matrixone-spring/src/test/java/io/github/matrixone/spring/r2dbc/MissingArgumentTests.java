package io.github.matrixone.spring.r2dbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.github.matrixone.spring.branch.Branch;
import io.github.matrixone.spring.branch.BranchDiff;
import io.github.matrixone.spring.branch.DatabaseDiff;
import io.github.matrixone.spring.branch.ReactiveBranchOperations;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.branch.TableDiff;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.clone.CloneOptions;
import io.github.matrixone.spring.clone.CloneTemplate;
import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.clone.ReactiveCloneTemplate;
import io.github.matrixone.spring.control.ControlOperations;
import io.github.matrixone.spring.control.ControlTemplate;
import io.github.matrixone.spring.control.ReactiveControlOperations;
import io.github.matrixone.spring.control.ReactiveControlTemplate;
import io.github.matrixone.spring.jdbc.CommandExecutor;
import io.github.matrixone.spring.jdbc.ScriptedDriver;
import io.github.matrixone.spring.jdbc.ServerBackend;
import io.github.matrixone.spring.pitr.PitrOperations;
import io.github.matrixone.spring.pitr.PitrRange;
import io.github.matrixone.spring.pitr.PitrTemplate;
import io.github.matrixone.spring.pitr.ReactivePitrOperations;
import io.github.matrixone.spring.pitr.ReactivePitrTemplate;
import io.github.matrixone.spring.restore.ReactiveRestoreOperations;
import io.github.matrixone.spring.restore.ReactiveRestoreTemplate;
import io.github.matrixone.spring.restore.RestoreOperations;
import io.github.matrixone.spring.restore.RestoreTemplate;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.snapshot.SnapshotFilter;
import io.github.matrixone.spring.snapshot.SnapshotOperations;
import io.github.matrixone.spring.snapshot.SnapshotOptions;
import io.github.matrixone.spring.snapshot.SnapshotScope;
import io.github.matrixone.spring.snapshot.SnapshotTemplate;
import io.github.matrixone.spring.sql.AccountName;
import io.github.matrixone.spring.sql.AsOf;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.PitrName;
import io.github.matrixone.spring.sql.SnapshotName;
import io.github.matrixone.spring.sql.TableName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Every operation refuses a missing argument at the call, before it asks the database
 * anything.
 */
class MissingArgumentTests {

	private static final TableName ITEM = TableName.of("item");

	private static final AsOf AS_OF = AsOf.instant(Instant.parse("2026-01-01T00:00:00Z"));

	private static final Branch BRANCH = new Branch(TableName.of("shop", "draft"), TableName.of("shop", "item"),
			Instant.parse("2026-01-01T00:00:00Z"), false, "2", "1");

	static final Map<Class<?>, Object> ARGUMENTS = Map.ofEntries(
			Map.entry(SnapshotName.class, SnapshotName.of("nightly")), Map.entry(PitrName.class, PitrName.of("hourly")),
			Map.entry(PitrRange.class, PitrRange.hours(1)), Map.entry(TableName.class, ITEM),
			Map.entry(DatabaseName.class, DatabaseName.of("shop")),
			Map.entry(AccountName.class, AccountName.of("tenant")),
			Map.entry(SnapshotScope.class, SnapshotScope.table(ITEM)),
			Map.entry(SnapshotOptions.class, SnapshotOptions.defaults().ifNotExists()),
			Map.entry(SnapshotFilter.class, SnapshotFilter.all()),
			Map.entry(CloneOptions.class, CloneOptions.defaults().ifNotExists()),
			Map.entry(Instant.class, Instant.parse("2026-01-01T00:00:00Z")), Map.entry(AsOf.class, AS_OF),
			Map.entry(BranchDiff.class, new BranchDiff(BRANCH, List.of())),
			Map.entry(DatabaseDiff.class,
					new DatabaseDiff(DatabaseName.of("shop"), List.of(), List.of(), List.of(), List.of(), List.of())),
			Map.entry(TableDiff.class, new TableDiff(ITEM, AS_OF, null, List.of())), Map.entry(List.class, List.of()),
			Map.entry(Predicate.class, (Predicate<Object>) (row) -> true));

	private final ScriptedDriver jdbc = new ScriptedDriver();

	private final ScriptedR2dbc r2dbc = new ScriptedR2dbc();

	private final CommandExecutor blocking = new CommandExecutor(this.jdbc.matrixOne(), new ServerBackend());

	private final ReactiveCommandExecutor reactive = new ReactiveCommandExecutor(
			new MatrixOneConnectionFactory(this.r2dbc));

	private final SnapshotTemplate snapshots = new SnapshotTemplate(this.blocking);

	private final ReactiveSnapshotTemplate reactiveSnapshots = new ReactiveSnapshotTemplate(this.reactive);

	private final List<Object> templates = List.of(this.snapshots, new CloneTemplate(this.blocking),
			new RestoreTemplate(this.blocking, this.snapshots, List.of()), new ControlTemplate(this.blocking),
			new PitrTemplate(this.blocking, this.snapshots, List.of()),
			new ReactivePitrTemplate(this.reactive, this.reactiveSnapshots, List.of()), this.reactiveSnapshots,
			new ReactiveCloneTemplate(this.reactive), new ReactiveBranchTemplate(this.reactive),
			new ReactiveRestoreTemplate(this.reactive, this.reactiveSnapshots, List.of()),
			new ReactiveControlTemplate(this.reactive));

	static Stream<Method> operations() {
		return Stream
			.of(SnapshotOperations.class, CloneOperations.class, RestoreOperations.class, ControlOperations.class,
					PitrOperations.class, ReactivePitrOperations.class, ReactiveSnapshotOperations.class,
					ReactiveCloneOperations.class, ReactiveBranchOperations.class, ReactiveRestoreOperations.class,
					ReactiveControlOperations.class)
			.flatMap((type) -> Arrays.stream(type.getMethods()))
			.filter((method) -> method.getParameterCount() > 0);
	}

	@ParameterizedTest
	@MethodSource("operations")
	void isRefusedBeforeAnythingIsSent(Method operation) {
		Object template = this.templates.stream()
			.filter(operation.getDeclaringClass()::isInstance)
			.findFirst()
			.orElseThrow();
		for (int missing = 0; missing < operation.getParameterCount(); missing++) {
			Object[] arguments = arguments(operation, missing);
			assertThat(catchThrowable(() -> invoke(operation, template, arguments))).as("argument " + missing)
				.isInstanceOf(IllegalArgumentException.class)
				.hasMessageEndingWith("must not be null");
		}
		assertThat(this.jdbc.sent).isEmpty();
		assertThat(this.r2dbc.sent).isEmpty();
	}

	private static Object[] arguments(Method operation, int missing) {
		Class<?>[] types = operation.getParameterTypes();
		return IntStream.range(0, types.length)
			.mapToObj((index) -> (index != missing) ? ARGUMENTS.get(types[index]) : null)
			.toArray();
	}

	private static void invoke(Method operation, Object template, Object[] arguments) throws Throwable {
		try {
			operation.invoke(template, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

}
