package io.github.matrixone.spring.contract.jpa;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EmbeddedId;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.MappedSuperclass;
import jakarta.persistence.MapsId;
import jakarta.persistence.OneToOne;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.TableGenerator;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.annotations.UuidGenerator;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EnabledIfServer
class MappingIdsTests extends MappingContract {

	private static final int THREADS = 8;

	private static final int TRANSACTIONS = 10;

	private static final int ROWS = 12;

	static List<Class<? extends Numbered>> generated() {
		return List.of(ByIdentity.class, BySequence.class, ByPooledSequence.class, ByTable.class, ByAuto.class);
	}

	@ParameterizedTest
	@MethodSource("generated")
	void generatedIdsAreDistinctUnderConcurrency(Class<? extends Numbered> type) throws Exception {
		Set<Long> ids = ConcurrentHashMap.newKeySet();
		ExecutorService executor = Executors.newFixedThreadPool(THREADS);
		try {
			List<Future<?>> futures = new ArrayList<>();
			for (int thread = 0; thread < THREADS; thread++) {
				futures.add(executor.submit(() -> {
					for (int transaction = 0; transaction < TRANSACTIONS; transaction++) {
						run((em) -> {
							for (int row = 0; row < ROWS; row++) {
								Numbered entity = newInstance(type);
								entity.text = "x";
								em.persist(entity);
								ids.add(entity.id());
							}
						});
					}
				}));
			}
			for (Future<?> future : futures) {
				future.get();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(ids).hasSize(THREADS * TRANSACTIONS * ROWS);
		Long stored = call((em) -> em
			.createQuery("select count(e) from " + type.getSimpleName() + " e where e.id in :ids", Long.class)
			.setParameter("ids", ids)
			.getSingleResult());
		assertThat(stored).isEqualTo(THREADS * TRANSACTIONS * ROWS);
	}

	@ParameterizedTest
	@MethodSource("generated")
	void anIdIsNotGivenAgainAfterARollback(Class<? extends Numbered> type) {
		Numbered first = newInstance(type);
		new TransactionTemplate(this.transactionManager).executeWithoutResult((status) -> {
			this.entityManager.persist(first);
			status.setRollbackOnly();
		});
		Numbered second = store(newInstance(type));
		assertThat(second.id()).isGreaterThan(first.id());
		Numbered found = call((em) -> em.find(type, first.id()));
		assertThat(found).isNull();
	}

	@Test
	void uuidsAreGenerated() {
		for (Supplier<ByUuid> supplier : List.<Supplier<ByUuid>>of(UuidAuto::new, UuidRandom::new, UuidTime::new,
				UuidVersion7::new, UuidText::new)) {
			ByUuid entity = supplier.get();
			entity.text = "x";
			store(entity);
			ByUuid found = call((em) -> em.find(entity.getClass(), entity.id()));
			assertThat(found.id()).isEqualTo(entity.id());
			assertThat(found.text).isEqualTo("x");
		}
	}

	@Test
	void anEmbeddedIdFindsItsEntity() {
		WithEmbeddedId entity = new WithEmbeddedId();
		entity.id = new Key("a", 1);
		entity.text = "x";
		store(entity);
		assertThat(call((em) -> em.find(WithEmbeddedId.class, new Key("a", 1))).text).isEqualTo("x");
		WithEmbeddedId other = call((em) -> em.find(WithEmbeddedId.class, new Key("A", 1)));
		assertThat(other).isNull();
		List<WithEmbeddedId> found = call(
				(em) -> em.createQuery("select e from WithEmbeddedId e where e.id in :ids", WithEmbeddedId.class)
					.setParameter("ids", List.of(new Key("a", 1), new Key("b", 2)))
					.getResultList());
		assertThat(found).hasSize(1);
	}

	@Test
	void anIdClassFindsItsEntity() {
		WithIdClass entity = new WithIdClass();
		entity.code = "a";
		entity.number = 1;
		entity.text = "x";
		store(entity);
		run((em) -> em.find(WithIdClass.class, new Key("a", 1)).text = "y");
		assertThat(call((em) -> em.find(WithIdClass.class, new Key("a", 1))).text).isEqualTo("y");
	}

	@Test
	void anAssignedIdFindsItsEntity() {
		Assigned entity = new Assigned();
		entity.id = "a'\\ \u4e2d";
		entity.text = "x";
		store(entity);
		assertThat(call((em) -> em.find(Assigned.class, entity.id)).text).isEqualTo("x");
		Assigned second = new Assigned();
		second.id = entity.id;
		assertThatExceptionOfType(DuplicateKeyException.class).isThrownBy(() -> store(second));
		second.text = "merged";
		run((em) -> em.merge(second));
		assertThat(call((em) -> em.find(Assigned.class, entity.id)).text).isEqualTo("merged");
	}

	@Test
	void aDerivedIdIsThatOfItsParent() {
		Assigned parent = new Assigned();
		parent.id = "parent";
		store(parent);
		Derived child = new Derived();
		child.text = "x";
		run((em) -> {
			child.parent = em.find(Assigned.class, "parent");
			em.persist(child);
		});
		Derived found = call((em) -> em
			.createQuery("select d from Derived d join fetch d.parent where d.id = 'parent'", Derived.class)
			.getSingleResult());
		assertThat(found.id).isEqualTo("parent");
		assertThat(found.parent.id).isEqualTo("parent");
	}

	@Test
	void aPartOfAnIdIsTheIdOfTheParent() {
		Assigned parent = new Assigned();
		parent.id = "whole";
		store(parent);
		run((em) -> {
			Part part = new Part();
			part.id = new Key(null, 7);
			part.parent = em.find(Assigned.class, "whole");
			em.persist(part);
		});
		Part found = call((em) -> em.find(Part.class, new Key("whole", 7)));
		assertThat(found.id.code).isEqualTo("whole");
	}

	private static <T> T newInstance(Class<T> type) {
		try {
			return type.getDeclaredConstructor().newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	@MappedSuperclass
	abstract static class Numbered {

		String text;

		abstract Long id();

	}

	@Entity(name = "ByIdentity")
	static class ByIdentity extends Numbered {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		@Override
		Long id() {
			return this.id;
		}

	}

	@Entity(name = "BySequence")
	static class BySequence extends Numbered {

		@Id
		@GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "one_by_one")
		@SequenceGenerator(name = "one_by_one", allocationSize = 1)
		Long id;

		@Override
		Long id() {
			return this.id;
		}

	}

	@Entity(name = "ByPooledSequence")
	static class ByPooledSequence extends Numbered {

		@Id
		@GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "by_fifty")
		@SequenceGenerator(name = "by_fifty", initialValue = 1000, allocationSize = 50)
		Long id;

		@Override
		Long id() {
			return this.id;
		}

	}

	@Entity(name = "ByTable")
	static class ByTable extends Numbered {

		@Id
		@GeneratedValue(strategy = GenerationType.TABLE, generator = "from_table")
		@TableGenerator(name = "from_table", table = "id_table", allocationSize = 5)
		Long id;

		@Override
		Long id() {
			return this.id;
		}

	}

	@Entity(name = "ByAuto")
	static class ByAuto extends Numbered {

		@Id
		@GeneratedValue
		Long id;

		@Override
		Long id() {
			return this.id;
		}

	}

	@MappedSuperclass
	abstract static class ByUuid {

		String text;

		abstract UUID id();

	}

	@Entity(name = "UuidAuto")
	static class UuidAuto extends ByUuid {

		@Id
		@GeneratedValue
		UUID id;

		@Override
		UUID id() {
			return this.id;
		}

	}

	@Entity(name = "UuidRandom")
	static class UuidRandom extends ByUuid {

		@Id
		@GeneratedValue(strategy = GenerationType.UUID)
		UUID id;

		@Override
		UUID id() {
			return this.id;
		}

	}

	@Entity(name = "UuidTime")
	static class UuidTime extends ByUuid {

		@Id
		@UuidGenerator(style = UuidGenerator.Style.TIME)
		UUID id;

		@Override
		UUID id() {
			return this.id;
		}

	}

	@Entity(name = "UuidVersion7")
	static class UuidVersion7 extends ByUuid {

		@Id
		@UuidGenerator(style = UuidGenerator.Style.VERSION_7)
		UUID id;

		@Override
		UUID id() {
			return this.id;
		}

	}

	@Entity(name = "UuidText")
	static class UuidText extends ByUuid {

		@Id
		@GeneratedValue
		@JdbcTypeCode(SqlTypes.CHAR)
		UUID id;

		@Override
		UUID id() {
			return this.id;
		}

	}

	@Embeddable
	static class Key {

		String code;

		@Column(name = "number_")
		int number;

		Key() {
		}

		Key(String code, int number) {
			this.code = code;
			this.number = number;
		}

		@Override
		public boolean equals(Object other) {
			return other instanceof Key that && Objects.equals(this.code, that.code) && this.number == that.number;
		}

		@Override
		public int hashCode() {
			return Objects.hash(this.code, this.number);
		}

	}

	@Entity(name = "WithEmbeddedId")
	static class WithEmbeddedId {

		@EmbeddedId
		Key id;

		String text;

	}

	@Entity(name = "WithIdClass")
	@IdClass(Key.class)
	static class WithIdClass {

		@Id
		String code;

		@Id
		@Column(name = "number_")
		int number;

		String text;

	}

	@Entity(name = "Assigned")
	static class Assigned {

		@Id
		String id;

		String text;

	}

	@Entity(name = "Derived")
	static class Derived {

		@Id
		String id;

		@MapsId
		@OneToOne
		Assigned parent;

		String text;

	}

	@Entity(name = "Part")
	static class Part {

		@EmbeddedId
		Key id;

		@MapsId("code")
		@ManyToOne
		Assigned parent;

	}

}
