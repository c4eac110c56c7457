package io.github.matrixone.spring.branch;

import java.io.IOException;
import java.io.UncheckedIOException;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Schedulers;

import io.github.matrixone.spring.r2dbc.ReactiveCommandExecutor;
import io.github.matrixone.spring.sql.TableName;

/**
 * Writes a patch of one table while its rows are read, over R2DBC, and gives its text
 * when all of them are there. What it does with its temporary files blocks, so that it is
 * done on the scheduler that is there for it.
 */
final class ReactivePatchScript {

	private final ReactiveCommandExecutor executor;

	ReactivePatchScript(ReactiveCommandExecutor executor) {
		this.executor = executor;
	}

	/**
	 * Return the text of a script.
	 * @param table the table
	 * @param rows writes rows of the table
	 * @param changes the rows
	 */
	Flux<String> of(TableName table, RowStatements rows, Flux<RowChange> changes) {
		return Flux
			.usingWhen(Mono.fromCallable(() -> new PatchScript(table, rows)).subscribeOn(Schedulers.boundedElastic()),
					(script) -> write(script, changes),
					(script) -> Mono.fromCallable(() -> close(script)).subscribeOn(Schedulers.boundedElastic()))
			.onErrorMap(UncheckedIOException.class, UncheckedIOException::getCause);
	}

	private Flux<String> write(PatchScript script, Flux<RowChange> changes) {
		return changes.publishOn(Schedulers.boundedElastic())
			.doOnNext(script::add)
			.then(Mono.defer(() -> requireSameZone(script.zone())))
			.thenMany(Flux.generate((SynchronousSink<String> sink) -> next(script, sink))
				.subscribeOn(Schedulers.boundedElastic()));
	}

	private static void next(PatchScript script, SynchronousSink<String> sink) {
		try {
			String text = script.next();
			if (text != null) {
				sink.next(text);
			}
			else {
				sink.complete();
			}
		}
		catch (IOException ex) {
			sink.error(ex);
		}
	}

	private static boolean close(PatchScript script) throws IOException {
		script.close();
		return true;
	}

	/**
	 * Refuse instants that are not those of the server.
	 */
	Mono<Void> requireSameZone(SessionZone zone) {
		return Flux.fromIterable(zone.queries())
			.concatMap(this.executor::query)
			.collectList()
			.doOnNext(zone::require)
			.then();
	}

}
