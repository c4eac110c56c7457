package io.github.matrixone.spring.past;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.aop.framework.ProxyFactory;

import io.github.matrixone.spring.sql.SnapshotName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Where {@link ReadAsOf} is found.
 */
class ReadAsOfTests {

	private final List<String> read = new ArrayList<>();

	private final PastOperations past = mock();

	private final ReadAsOfPostProcessor postProcessor = new ReadAsOfPostProcessor(() -> this.past, () -> mock());

	ReadAsOfTests() {
		given(this.past.asOf(any(SnapshotName.class))).willAnswer((call) -> reads(call.getArgument(0).toString()));
		given(this.past.asOf(any(Duration.class))).willAnswer((call) -> reads(call.getArgument(0).toString()));
	}

	@Test
	void appliesToAllMethodsOfARepository() {
		Orders orders = repository(Orders.class);
		assertThat(orders.findAll()).isEqualTo("found");
		assertThat(orders.findOpen()).isEqualTo("found");
		assertThat(this.read).containsExactly("nightly", "nightly");
	}

	@Test
	void isNotThatOfAnotherRepository() {
		repository(Orders.class).findAll();
		repository(Items.class).findAll();
		assertThat(this.read).containsExactly("nightly", "PT1H");
	}

	@Test
	void isFirstThatOfTheMethod() {
		repository(Items.class).findOld();
		repository(Customers.class).findAll();
		assertThat(this.read).containsExactly("yearly", "yearly");
	}

	@Test
	void isRefusedOnAMethodThatReadsLater() {
		Visits visits = repository(Visits.class);
		assertThatIllegalStateException().isThrownBy(visits::each)
			.withMessageContaining("would not read the past: the method is done by another thread, or later");
		assertThat(this.read).isEmpty();
	}

	/**
	 * Make a proxy as those of Spring Data: its target has no interface but the general
	 * one.
	 */
	private <T> T repository(Class<T> type) {
		ProxyFactory factory = new ProxyFactory();
		factory.setTarget(new GeneralRepository());
		factory.setInterfaces(type);
		factory.addAdvice((MethodInterceptor) (invocation) -> "found");
		return type.cast(this.postProcessor.postProcessAfterInitialization(factory.getProxy(), "repository"));
	}

	private PastReads reads(String point) {
		PastReads reads = mock();
		given(reads.execute(any())).willAnswer((call) -> {
			this.read.add(point);
			return call.<Supplier<@Nullable Object>>getArgument(0).get();
		});
		return reads;
	}

	interface Repository {

		String findAll();

	}

	@ReadAsOf(snapshot = "nightly")
	interface Orders extends Repository {

		String findOpen();

	}

	@ReadAsOf(ago = "1h")
	interface Items extends Repository {

		@ReadAsOf(snapshot = "yearly")
		String findOld();

	}

	interface Visits {

		@ReadAsOf(snapshot = "nightly")
		Iterator<String> each();

	}

	interface Customers extends Repository {

		@Override
		@ReadAsOf(snapshot = "yearly")
		String findAll();

	}

	private static final class GeneralRepository implements Repository {

		@Override
		public String findAll() {
			return "all";
		}

	}

}
