package io.github.matrixone.spring.r2dbc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Turns on a connection of R2DBC.
 */
class StatementQueueTests {

	private static final int MANY = 10_000;

	private final StatementQueue queue = new StatementQueue();

	@Test
	void manyTurnsThatEndAtOnceLeaveTheConnectionFree() {
		Sinks.Empty<Object> first = Sinks.empty();
		AtomicInteger refused = new AtomicInteger();
		this.queue.take((turn) -> first.asMono()).subscribe();
		Flux.range(0, MANY)
			.flatMap((i) -> this.queue.take((turn) -> Mono.error(new IllegalStateException("refused")))
				.onErrorResume((ex) -> Mono.fromRunnable(refused::incrementAndGet)), MANY)
			.subscribe();
		assertThat(refused).hasValue(0);
		first.tryEmitEmpty();
		assertThat(this.queue.take((turn) -> Mono.just("free")).blockFirst(Duration.ofSeconds(10))).isEqualTo("free");
		assertThat(refused).hasValue(MANY);
	}

	@Test
	void aFatalErrorOfASubscriberLeavesTheConnectionFree() {
		Sinks.Empty<Object> first = Sinks.empty();
		this.queue.take((turn) -> first.asMono()).subscribe();
		this.queue.take((turn) -> Mono.error(new IllegalStateException("refused"))).subscribe((value) -> {
		}, (ex) -> {
			throw new NoClassDefFoundError("fatal");
		});
		assertThatExceptionOfType(NoClassDefFoundError.class).isThrownBy(first::tryEmitEmpty);
		assertThat(this.queue.take((turn) -> Mono.just("free")).blockFirst(Duration.ofSeconds(10))).isEqualTo("free");
	}

}
