package io.github.matrixone.spring.past;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.DatabaseName;
import io.github.matrixone.spring.transaction.StandIn;

/**
 * A copy of a database as it was that is made without blocking.
 */
final class ReactivePastCopy extends PastCopy {

	private static final Duration FOR_EVER = Duration.ofMillis(Long.MAX_VALUE);

	private static final Duration LONGEST_MAKING = Duration.ofSeconds(30);

	private @Nullable Mono<StandIn> opened;

	ReactivePastCopy(DatabaseName database, Instant at) {
		super(database, at);
	}

	/**
	 * Return the copy, which is made unless that was done. It is made to the end even if
	 * nobody waits for it any more; if that fails, who comes next tries again.
	 * @param executor makes it
	 * @param asReader does something as one who reads the copy, so that it is not dropped
	 */
	synchronized Mono<StandIn> open(ReactiveCommandExecutor executor, Function<Mono<StandIn>, Mono<StandIn>> asReader) {
		Mono<StandIn> current = this.opened;
		if (current == null) {
			current = asReader.apply(Mono.defer(() -> make(executor)).doOnNext(this::setMade))
				.cache((made) -> FOR_EVER, (ex) -> Duration.ZERO, () -> Duration.ZERO);
			this.opened = current;
		}
		return current;
	}

	private Mono<StandIn> make(ReactiveCommandExecutor executor) {
		requireNotEnded();
		DatabaseName name = newName();
		Mono<StandIn> made = executor.query(tables(name))
			.zipWhen((tables) -> executor.query(viewsOfOthers()), (tables, moved) -> standIn(name, tables, moved));
		return executor.beside(making(name))
			.then(made)
			.onErrorResume((ex) -> executor.beside(new DropPast(name)).onErrorResume((dropFailure) -> {
				ex.addSuppressed(dropFailure);
				return Mono.empty();
			}).then(Mono.error(ex)));
	}

	/**
	 * {@inheritDoc} One that is being made is waited for.
	 */
	@Override
	@Nullable StandIn end() {
		super.end();
		Mono<StandIn> current = opened();
		return (current != null) ? current.timeout(LONGEST_MAKING).onErrorComplete().block() : null;
	}

	private synchronized @Nullable Mono<StandIn> opened() {
		return this.opened;
	}

}
