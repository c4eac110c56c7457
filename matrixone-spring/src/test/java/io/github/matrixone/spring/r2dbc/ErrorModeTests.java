package io.github.matrixone.spring.r2dbc;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.springframework.util.Assert;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import io.github.matrixone.spring.branch.BranchNote;
import io.github.matrixone.spring.branch.ReactiveBranchNotes;
import io.github.matrixone.spring.branch.ReactiveBranchOperations;
import io.github.matrixone.spring.branch.ReactiveBranchTemplate;
import io.github.matrixone.spring.clone.DropTable;
import io.github.matrixone.spring.clone.ReactiveCloneOperations;
import io.github.matrixone.spring.clone.ReactiveCloneTemplate;
import io.github.matrixone.spring.command.Command;
import io.github.matrixone.spring.command.JournaledCommand;
import io.github.matrixone.spring.command.LockWait;
import io.github.matrixone.spring.command.SqlText;
import io.github.matrixone.spring.control.ReactiveControlOperations;
import io.github.matrixone.spring.control.ReactiveControlTemplate;
import io.github.matrixone.spring.past.ReactivePastReads;
import io.github.matrixone.spring.past.ReactivePastTemplate;
import io.github.matrixone.spring.pitr.ReactivePitrOperations;
import io.github.matrixone.spring.pitr.ReactivePitrTemplate;
import io.github.matrixone.spring.restore.ReactiveRestoreOperations;
import io.github.matrixone.spring.restore.ReactiveRestoreTemplate;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotOperations;
import io.github.matrixone.spring.snapshot.ReactiveSnapshotTemplate;
import io.github.matrixone.spring.sql.ColumnName;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.sql.TableName;
import io.github.matrixone.spring.transaction.StandIn;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code onErrorContinue} of a subscriber reaches into every operator before it, and has
 * what was refused passed over. It must end at each operation.
 */
@Timeout(30)
class ErrorModeTests {

	private static final String MODE = "reactor.onNextError.localStrategy";

	private static final DatabaseName SHOP = DatabaseName.of("shop");

	/** What is seen before {@code onErrorContinue}. */
	private static final Context GOING_ON = Context.of(Flux.deferContextual(Flux::<ContextView>just)
		.onErrorContinue((ex, value) -> Assert.state(false, "There is no error"))
		.blockLast());

	private static final DropTable DROP = new DropTable(TableName.of("shop", "item"), false, null);

	private static final Map<Class<?>, Object> ARGUMENTS = Map.ofEntries(Map.entry(Mono.class, Mono.empty()),
			Map.entry(Flux.class, Flux.empty()), Map.entry(Publisher.class, Mono.empty()),
			Map.entry(Collection.class, List.of(ColumnName.of("id"))), Map.entry(SqlText.class, SqlText.of("SELECT 1")),
			Map.entry(String.class, "A test"), Map.entry(BranchNote.class, BranchNote.of("anna", "prices")),
			Map.entry(Command.class, DROP), Map.entry(JournaledCommand.class, DROP),
			Map.entry(LockWait.class, new LockWait(1)),
			Map.entry(StandIn.class, new StandIn(SHOP, SHOP, SqlText.lookUp(SHOP), null)),
			Map.entry(Function.class, (Function<Object, Mono<Object>>) (any) -> Mono.empty()));

	private final ReactiveCommandExecutor executor = new ReactiveCommandExecutor(
			new MatrixOneConnectionFactory(new ScriptedR2dbc()));

	private final ReactiveSnapshotTemplate snapshots = new ReactiveSnapshotTemplate(this.executor);

	private final List<Object> templates = List.of(this.snapshots, new ReactiveCloneTemplate(this.executor),
			new ReactiveRestoreTemplate(this.executor, this.snapshots, List.of()),
			new ReactivePitrTemplate(this.executor, this.snapshots, List.of()),
			new ReactiveControlTemplate(this.executor), new ReactiveBranchTemplate(this.executor),
			new ReactiveBranchNotes(this.executor, TableName.of("shop", "note")),
			new ReactivePastTemplate(this.executor).asOf(Instant.parse("2026-01-01T00:00:00Z")), this.executor);

	static Stream<Method> operations() {
		return Stream
			.of(ReactiveSnapshotOperations.class, ReactiveCloneOperations.class, ReactiveRestoreOperations.class,
					ReactivePitrOperations.class, ReactiveControlOperations.class, ReactiveBranchOperations.class,
					ReactiveBranchNotes.class, ReactivePastReads.class, ReactiveCommandExecutor.class)
			.flatMap((type) -> Arrays.stream(type.getDeclaredMethods()))
			.filter((method) -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()
					&& Publisher.class.isAssignableFrom(method.getReturnType()));
	}

	@ParameterizedTest
	@MethodSource("operations")
	void endsAtEachOperation(Method operation) throws Exception {
		Object template = this.templates.stream()
			.filter(operation.getDeclaringClass()::isInstance)
			.findFirst()
			.orElseThrow();
		Object[] arguments = Arrays.stream(operation.getParameterTypes()).map(ErrorModeTests::argument).toArray();
		Publisher<?> result = (Publisher<?>) operation.invoke(template, arguments);
		boolean constant = result instanceof Callable;
		assertThat(constant || modeWithin(result) != GOING_ON.get(MODE)).isTrue();
	}

	@Test
	void wouldReachIntoAnythingElse() {
		assertThat(modeWithin(Flux.just(1).map((one) -> one))).isSameAs(GOING_ON.<Object>get(MODE));
	}

	private static Object argument(Class<?> type) {
		return ARGUMENTS.getOrDefault(type, MissingArgumentTests.ARGUMENTS.get(type));
	}

	/**
	 * Return the mode in which the last operator before the subscriber works.
	 */
	private static Object modeWithin(Publisher<?> publisher) {
		AtomicReference<Object> mode = new AtomicReference<>();
		publisher.subscribe(new BaseSubscriber<Object>() {

			@Override
			public Context currentContext() {
				return GOING_ON;
			}

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				mode.set(((CoreSubscriber<?>) subscription).currentContext().get(MODE));
				cancel();
			}

		});
		return mode.get();
	}

}
