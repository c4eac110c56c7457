package io.github.matrixone.spring.past;

import java.lang.reflect.Proxy;
import java.util.Iterator;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;

import jakarta.persistence.EntityManager;
import jakarta.persistence.StoredProcedureQuery;
import jakarta.persistence.TypedQuery;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.DynamicType;
import org.apache.ibatis.cursor.Cursor;
import org.hibernate.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Which results read later.
 */
class LaterReadsTests {

	@ParameterizedTest
	@ValueSource(classes = { Future.class, CompletableFuture.class, Supplier.class, Runnable.class, Flux.class,
			Iterator.class, PrimitiveIterator.OfInt.class, TypedQuery.class, StoredProcedureQuery.class,
			EntityManager.class, Session.class, Cursor.class })
	void canBeToldByTheirType(Class<?> type) {
		assertThat(LaterReads.isLater(type)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "kotlin.Lazy", "kotlin.Function", "kotlin.sequences.Sequence", "org.jooq.Query" })
	void canBeThoseOfLibrariesThatMayBeMissing(String name) {
		Class<?> type = load(new ByteBuddy().makeInterface().name(name), getClass().getClassLoader());
		Class<?> narrower = load(new ByteBuddy().makeInterface(type).name(name + "Narrower"), type.getClassLoader());
		assertThat(LaterReads.isLater(type)).isTrue();
		assertThat(LaterReads.isLater(narrower)).isTrue();
		Object result = Proxy.newProxyInstance(narrower.getClassLoader(), new Class<?>[] { narrower },
				(proxy, method, arguments) -> null);
		assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
			.isThrownBy(() -> LaterReads.requireNone(result))
			.withMessageContaining("may read later");
	}

	@Test
	void areRefused() {
		for (Object result : List.of(Stream.of(1), List.of(1).iterator(), (Supplier<Integer>) () -> 1, Flux.just(1))) {
			assertThatExceptionOfType(InvalidDataAccessApiUsageException.class)
				.isThrownBy(() -> LaterReads.requireNone(result))
				.withMessageContaining("may read later");
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { List.class, String.class, int.class, int[].class, void.class, Object.class })
	void areNoneOfWhatWasRead(Class<?> type) {
		assertThat(LaterReads.isLater(type)).isFalse();
	}

	private static Class<?> load(DynamicType.Builder<?> type, ClassLoader parent) {
		DynamicType.Unloaded<?> made = type.make();
		return made.load(parent).getLoaded();
	}

}
