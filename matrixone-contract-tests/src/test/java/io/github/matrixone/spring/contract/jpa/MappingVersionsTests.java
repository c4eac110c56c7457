package io.github.matrixone.spring.contract.jpa;

import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.Version;
import org.hibernate.annotations.CurrentTimestamp;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.OptimisticLockType;
import org.hibernate.annotations.OptimisticLocking;
import org.hibernate.annotations.SoftDelete;
import org.hibernate.annotations.SoftDeleteType;
import org.hibernate.annotations.SourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.OptimisticLockingFailureException;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EnabledIfServer
class MappingVersionsTests extends MappingContract {

	static Stream<Versioned> versioned() {
		return Stream.of(new ByNumber(), new ByInstant(), new ByDateTime(), new ByServerTime());
	}

	static Stream<Versioned> checked() {
		return Stream.concat(versioned(), Stream.of(new ByAllColumns()));
	}

	@ParameterizedTest
	@MethodSource("versioned")
	void aChangeOfAnOlderVersionIsRefused(Versioned entity) {
		entity.text = "first";
		store(entity);
		Versioned older = call((em) -> em.find(entity.getClass(), entity.id));
		run((em) -> em.find(entity.getClass(), entity.id).text = "second");
		older.text = "third";
		assertThatExceptionOfType(OptimisticLockException.class).isThrownBy(() -> run((em) -> em.merge(older)));
		assertThat(call((em) -> em.find(entity.getClass(), entity.id)).text).isEqualTo("second");
	}

	@ParameterizedTest
	@MethodSource("checked")
	void aConcurrentChangeIsRefused(Versioned entity) {
		entity.text = "first";
		store(entity);
		assertThatExceptionOfType(OptimisticLockingFailureException.class).isThrownBy(() -> run((em) -> {
			Versioned found = em.find(entity.getClass(), entity.id);
			inAnotherTransaction((other) -> other.find(entity.getClass(), entity.id).text = "second");
			found.text = "third";
		}));
		assertThat(call((em) -> em.find(entity.getClass(), entity.id)).text).isEqualTo("second");
	}

	@ParameterizedTest
	@MethodSource("checked")
	void aConcurrentRemovalIsRefused(Versioned entity) {
		entity.text = "first";
		store(entity);
		assertThatExceptionOfType(OptimisticLockingFailureException.class).isThrownBy(() -> run((em) -> {
			Versioned found = em.find(entity.getClass(), entity.id);
			inAnotherTransaction((other) -> other.find(entity.getClass(), entity.id).text = "second");
			em.remove(found);
		}));
		assertThat(call((em) -> em.find(entity.getClass(), entity.id)).text).isEqualTo("second");
	}

	@Test
	void aVersionIsIncrementedByForce() {
		ByNumber entity = store(new ByNumber());
		run((em) -> em.find(ByNumber.class, entity.id, LockModeType.OPTIMISTIC_FORCE_INCREMENT));
		assertThat(call((em) -> em.find(ByNumber.class, entity.id)).version).isOne();
		run((em) -> em.createQuery("update versioned ByNumber b set b.text = 'x' where b.id = :id")
			.setParameter("id", entity.id)
			.executeUpdate());
		assertThat(call((em) -> em.find(ByNumber.class, entity.id)).version).isEqualTo(2);
	}

	@Test
	void aSecondChangeOfTheSameVersionFollowsTheFirst() {
		ByInstant entity = store(new ByInstant());
		for (int i = 0; i < 20; i++) {
			String text = "change " + i;
			run((em) -> em.find(ByInstant.class, entity.id).text = text);
		}
		assertThat(call((em) -> em.find(ByInstant.class, entity.id)).text).isEqualTo("change 19");
	}

	@Test
	void whatIsDeletedSoftlyStays() {
		for (Soft entity : List.of(new SoftByDeleted(), new SoftByActive(), new SoftByTimestamp())) {
			store(entity);
			run((em) -> em.remove(em.find(entity.getClass(), entity.id)));
			Soft found = call((em) -> em.find(entity.getClass(), entity.id));
			assertThat(found).isNull();
			String type = entity.getClass().getSimpleName();
			Long count = call(
					(em) -> em.createQuery("select count(e) from " + type + " e", Long.class).getSingleResult());
			assertThat(count).isZero();
			store(newInstance(entity));
			run((em) -> em.createQuery("delete from " + type).executeUpdate());
			String table = type.replaceAll("(?<=[a-z])(?=[A-Z])", "_");
			assertThat(this.jdbc.queryForObject("SELECT count(*) FROM " + table, Long.class)).isEqualTo(2);
		}
	}

	private void inAnotherTransaction(Consumer<EntityManager> work) {
		try (EntityManager other = this.entityManagerFactory.createEntityManager()) {
			other.getTransaction().begin();
			work.accept(other);
			other.getTransaction().commit();
		}
	}

	private static Soft newInstance(Soft entity) {
		try {
			return entity.getClass().getDeclaredConstructor().newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	@MappedSuperclass
	abstract static class Versioned {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String text;

	}

	@Entity(name = "ByNumber")
	static class ByNumber extends Versioned {

		@Version
		int version;

	}

	@Entity(name = "ByInstant")
	static class ByInstant extends Versioned {

		@Version
		Instant version;

	}

	@Entity(name = "ByDateTime")
	static class ByDateTime extends Versioned {

		@Version
		LocalDateTime version;

	}

	@Entity(name = "ByServerTime")
	static class ByServerTime extends Versioned {

		@Version
		@CurrentTimestamp(source = SourceType.DB)
		LocalDateTime version;

	}

	@Entity(name = "ByAllColumns")
	@OptimisticLocking(type = OptimisticLockType.ALL)
	@DynamicUpdate
	static class ByAllColumns extends Versioned {

		Double number = 0.1;

		Float single = 0.1f;

		Instant instant = Instant.parse("2024-02-29T12:34:56.789012Z");

	}

	@MappedSuperclass
	abstract static class Soft {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

	}

	@Entity(name = "SoftByDeleted")
	@SoftDelete
	static class SoftByDeleted extends Soft {

	}

	@Entity(name = "SoftByActive")
	@SoftDelete(strategy = SoftDeleteType.ACTIVE)
	static class SoftByActive extends Soft {

	}

	@Entity(name = "SoftByTimestamp")
	@SoftDelete(strategy = SoftDeleteType.TIMESTAMP)
	static class SoftByTimestamp extends Soft {

	}

}
