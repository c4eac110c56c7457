package io.github.matrixone.spring.boot.autoconfigure.past;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.Async;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.AbstractPlatformTransactionManager;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import reactor.core.publisher.ConnectableFlux;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import io.github.matrixone.spring.past.PastOperations;
import io.github.matrixone.spring.past.PastReads;
import io.github.matrixone.spring.past.ReactivePastOperations;
import io.github.matrixone.spring.past.ReactivePastReads;
import io.github.matrixone.spring.past.ReadAsOf;
import io.github.matrixone.spring.past.ThenAndNow;
import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class MatrixOnePastAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(AopAutoConfiguration.class, MatrixOnePastAutoConfiguration.class))
		.withBean(Service.class);

	@Test
	void neverLetsAnAnnotatedMethodReadNow() {
		for (String property : new String[] { "matrixone.enabled=true", "matrixone.enabled=false" }) {
			this.runner.withPropertyValues(property)
				.run((context) -> assertThatExceptionOfType(IllegalStateException.class)
					.isThrownBy(context.getBean(Service.class)::atSnapshot)
					.withMessageContaining("no single bean of the type PastOperations"));
		}
	}

	@Test
	void readsAtTheNamedPointBeforeTheTransactionBegins() {
		withPast().withUserConfiguration(Transactions.class).run((context) -> {
			assertThat(context.getBean(Service.class).atSnapshot()).isEqualTo("snapshot month_end, outside, read");
			assertThat(context.getBean(Service.class).ago()).isEqualTo("PT1H30M, read");
		});
	}

	@Test
	void readsThePastInAContextWhoseParentDoesToo() {
		withPast().run((parent) -> withPast().withParent(parent)
			.run((context) -> assertThat(context.getBean(Service.class).ago()).isEqualTo("PT1H30M, read")));
	}

	@Test
	void readsWhereAnInterfaceIsAnnotated() {
		withPast().withBean(Reader.class).withBean(Report.class).run((context) -> {
			assertThat(context.getBean(Reader.class).read()).isEqualTo("PT1H, read");
			assertThat(context.getBean(Report.class).read()).isEqualTo("PT2H, read");
		});
	}

	@Test
	void throwsWhatTheMethodThrows() {
		withPast().run((context) -> assertThatExceptionOfType(IOException.class)
			.isThrownBy(context.getBean(Service.class)::fails)
			.withMessage("on purpose"));
	}

	@Test
	void refusesMethodsThatReadLater() {
		withPast().run((context) -> assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(context.getBean(Service.class)::later)
			.withMessageContaining("done by another thread, or later"));
		withPast().withBean(InTheBackground.class)
			.run((context) -> assertThatExceptionOfType(IllegalStateException.class)
				.isThrownBy(context.getBean(InTheBackground.class)::read)
				.withMessageContaining("done by another thread, or later"));
	}

	@Test
	void readsAsPartOfTheFlowThatAMethodReturns() {
		withReactivePast().run((context) -> {
			Service service = context.getBean(Service.class);
			assertThat(service.mono().block()).isEqualTo("read at snapshot month_end");
			assertThat(service.flux().collectList().block()).containsExactly("first at PT2H", "second at PT2H");
			assertThat(context.getBean(Generic.class).read().block()).isEqualTo("read at PT1H");
		});
	}

	@Test
	void throwsWhatAMethodThrowsThatReturnsAFlow() {
		withReactivePast().run((context) -> assertThatExceptionOfType(IOException.class)
			.isThrownBy(context.getBean(Service.class)::failsBefore)
			.withMessage("on purpose"));
	}

	@Test
	void neverLetsAMethodThatReturnsAFlowReadNow() {
		withPast().withBean(Generic.class).run((context) -> {
			Service service = context.getBean(Service.class);
			for (ThrowingCallable call : List.<ThrowingCallable>of(service::mono, service::flux,
					context.getBean(Generic.class)::read)) {
				assertThatExceptionOfType(IllegalStateException.class).isThrownBy(call)
					.withMessageContaining("no single bean of the type ReactivePastOperations");
			}
		});
	}

	@Test
	void refusesOtherFlowsAndFutures() {
		withReactivePast().run((context) -> {
			Service service = context.getBean(Service.class);
			for (ThrowingCallable call : List.<ThrowingCallable>of(service::later, service::publisher,
					service::connectable)) {
				assertThatExceptionOfType(IllegalStateException.class).isThrownBy(call)
					.withMessageContaining("done by another thread, or later");
			}
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(service::nothing)
				.withMessageContaining("must return a Mono or Flux, not null");
		});
	}

	@Test
	void refusesAnAnnotationWithoutAPoint() {
		withPast().run((context) -> assertThatExceptionOfType(IllegalStateException.class)
			.isThrownBy(context.getBean(Service.class)::nowhere)
			.withMessageContaining("needs either a snapshot or how long ago"));
	}

	@Test
	void leavesOtherBeansAsTheyAre() {
		this.runner.withBean(Other.class)
			.run((context) -> assertThat(context.getBean(Other.class).getClass()).isSameAs(Other.class));
	}

	private ApplicationContextRunner withPast() {
		PastOperations past = mock(PastOperations.class);
		given(past.asOf(any(SnapshotName.class)))
			.willAnswer((call) -> new Reads("snapshot " + call.getArgument(0) + ", "));
		given(past.asOf(any(Duration.class))).willAnswer((call) -> new Reads(call.getArgument(0) + ", "));
		return this.runner.withBean(PastOperations.class, () -> past);
	}

	private ApplicationContextRunner withReactivePast() {
		ReactivePastOperations past = mock(ReactivePastOperations.class);
		given(past.asOf(any(SnapshotName.class)))
			.willAnswer((call) -> new FlowReads(" at snapshot " + call.getArgument(0)));
		given(past.asOf(any(Duration.class))).willAnswer((call) -> new FlowReads(" at " + call.getArgument(0)));
		return this.runner.withBean(ReactivePastOperations.class, () -> past).withBean(Generic.class);
	}

	/**
	 * Says at which point it reads what is subscribed to within.
	 */
	private record FlowReads(String point) implements ReactivePastReads {

		@Override
		public <T> Mono<T> execute(Mono<T> reads) {
			return reads.contextWrite((context) -> context.put("point", this.point));
		}

		@Override
		public <T> Flux<T> execute(Flux<T> reads) {
			return reads.contextWrite((context) -> context.put("point", this.point));
		}

		@Override
		public <T> Mono<ThenAndNow<Optional<T>>> compareWithNow(Mono<T> reads) {
			throw new UnsupportedOperationException();
		}

		static Mono<String> tell(String what) {
			return Mono.deferContextual((context) -> Mono.just(what + context.getOrDefault("point", " now")));
		}

	}

	/**
	 * Says at which point it reads, and whether a transaction is active.
	 */
	private record Reads(String point) implements PastReads {

		@Override
		@SuppressWarnings("unchecked")
		public <T extends @Nullable Object> T execute(Supplier<T> reads) {
			String where = this.point.startsWith("snapshot")
					? (TransactionSynchronizationManager.isActualTransactionActive() ? "inside, " : "outside, ") : "";
			return (T) (this.point + where + reads.get());
		}

		@Override
		public <T extends @Nullable Object> ThenAndNow<T> compareWithNow(Supplier<T> reads) {
			throw new UnsupportedOperationException();
		}

	}

	static class Service {

		@ReadAsOf(snapshot = "month_end")
		@Transactional(readOnly = true)
		String atSnapshot() {
			return "read";
		}

		@ReadAsOf(ago = "90m")
		String ago() {
			return "read";
		}

		@ReadAsOf(ago = "PT1H")
		String fails() throws IOException {
			throw new IOException("on purpose");
		}

		@ReadAsOf(ago = "PT1H")
		CompletableFuture<String> later() {
			throw new AssertionError("must not be called");
		}

		@ReadAsOf(snapshot = "month_end")
		Mono<String> mono() {
			return FlowReads.tell("read");
		}

		@ReadAsOf(ago = "2h")
		Flux<String> flux() {
			return Flux.just("first", "second").concatMap(FlowReads::tell);
		}

		@ReadAsOf(ago = "2h")
		Mono<String> failsBefore() throws IOException {
			throw new IOException("on purpose");
		}

		@ReadAsOf(ago = "2h")
		Mono<String> nothing() {
			return null;
		}

		@ReadAsOf(ago = "2h")
		Publisher<String> publisher() {
			throw new AssertionError("must not be called");
		}

		@ReadAsOf(ago = "2h")
		ConnectableFlux<String> connectable() {
			throw new AssertionError("must not be called");
		}

		@ReadAsOf
		String nowhere() {
			throw new AssertionError("must not be called");
		}

	}

	interface AnHourAgo {

		@ReadAsOf(ago = "1h")
		String read();

	}

	static class Reader implements AnHourAgo {

		@Override
		public String read() {
			return "read";
		}

	}

	@ReadAsOf(ago = "2h")
	interface TwoHoursAgo {

	}

	static class Report implements TwoHoursAgo {

		String read() {
			return "read";
		}

	}

	interface Readable<T> {

		@ReadAsOf(ago = "1h")
		T read();

	}

	static class Generic implements Readable<Mono<String>> {

		@Override
		public Mono<String> read() {
			return FlowReads.tell("read");
		}

	}

	@Async
	static class InTheBackground {

		@ReadAsOf(ago = "PT1H")
		void read() {
			throw new AssertionError("must not be called");
		}

	}

	static class Other {

	}

	@EnableTransactionManagement
	static class Transactions {

		@Bean
		PlatformTransactionManager transactionManager() {
			return new AbstractPlatformTransactionManager() {

				@Override
				protected Object doGetTransaction() {
					return new Object();
				}

				@Override
				protected void doBegin(Object transaction, TransactionDefinition definition) {
				}

				@Override
				protected void doCommit(DefaultTransactionStatus status) {
				}

				@Override
				protected void doRollback(DefaultTransactionStatus status) {
				}

			};
		}

	}

}
