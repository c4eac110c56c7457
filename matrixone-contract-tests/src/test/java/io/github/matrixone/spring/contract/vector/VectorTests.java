package io.github.matrixone.spring.contract.vector;

import java.util.List;
import java.util.Random;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import org.hibernate.annotations.Array;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.contract.EnabledIfServer;
import io.github.matrixone.spring.contract.ServerUnderTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

/**
 * Vector columns and distance functions through JPA.
 */
@EnabledIfServer
@SpringBootTest(classes = VectorTests.Application.class,
		properties = { "spring.jpa.hibernate.ddl-auto=create", "spring.sql.init.mode=never" })
class VectorTests {

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, "contract_vector?createDatabaseIfNotExist=true");
	}

	@Autowired
	DocumentRepository documents;

	@Autowired
	EntityManager entityManager;

	@Autowired
	TransactionTemplate transaction;

	@BeforeEach
	void prepare() {
		this.documents.deleteAll();
		this.documents.save(new Document(1, new float[] { 1, 2, 3 }, new double[] { 1, 2 }));
		this.documents.save(new Document(2, new float[] { 0, 1, 0 }, new double[] { 0, 1 }));
		this.documents.save(new Document(3, new float[] { -1, -2, -3.5F }, new double[] { 3, 4 }));
	}

	@Test
	void readsBackTheVeryNumbersThatWereStored() {
		Random random = new Random(1);
		for (int i = 0; i < 200; i++) {
			float[] floats = { Float.intBitsToFloat(random.nextInt() & 0x7EFFFFFF), random.nextFloat(), -0.1F };
			double[] doubles = { Double.longBitsToDouble(random.nextLong() & 0x7FDFFFFFFFFFFFFFL),
					random.nextGaussian() };
			this.documents.save(new Document(100, floats, doubles));
			assertThat(this.documents.findById(100)).hasValueSatisfying((document) -> {
				assertThat(document.embedding).containsExactly(floats);
				assertThat(document.precise).containsExactly(doubles);
			});
		}
	}

	@Test
	void storesNull() {
		this.documents.save(new Document(4, null, null));
		assertThat(this.documents.findById(4)).hasValueSatisfying((document) -> {
			assertThat(document.embedding).isNull();
			assertThat(document.precise).isNull();
		});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			l2_distance(d.embedding, :v)                | 5.09902
			euclidean_distance(d.embedding, :v)         | 5.09902
			l2_squared_distance(d.embedding, :v)        | 26
			euclidean_squared_distance(d.embedding, :v) | 26
			cosine_distance(d.embedding, :v)            | 0.33010
			cosine_similarity(d.embedding, :v)          | 0.66990
			inner_product(d.embedding, :v)              | 17
			negative_inner_product(d.embedding, :v)     | -17
			vector_dims(d.embedding) + 0 * l2_distance(:v, d.embedding) | 3
			vector_norm(d.embedding) + 0 * l2_distance(:v, d.embedding) | 3.74166
			l1_norm(d.embedding) + 0 * l2_distance(:v, d.embedding)     | 6
			""")
	void computesInHql(String expression, double expected) {
		Number result = this.entityManager
			.createQuery("select " + expression + " from Document d where d.id = 1", Number.class)
			.setParameter("v", new float[] { 6, 1, 3 })
			.getSingleResult();
		assertThat(result.doubleValue()).isCloseTo(expected, within(0.0001));
	}

	@Test
	void findsTheNearest() {
		assertThat(this.documents.nearest(new float[] { 0, 1, 1 })).extracting((document) -> document.id)
			.containsExactly(2, 1, 3);
		assertThat(this.documents.within(new double[] { 1, 1 }, 1.5)).extracting((document) -> document.id)
			.containsExactlyInAnyOrder(1, 2);
	}

	@Test
	void setsVectorsInBulk() {
		this.transaction.executeWithoutResult((status) -> this.entityManager
			.createQuery("update Document d set d.embedding = :v where l2_distance(d.embedding, :v) > 1")
			.setParameter("v", new float[] { 0, 1, 1 })
			.executeUpdate());
		assertThat(this.documents.findById(1))
			.hasValueSatisfying((document) -> assertThat(document.embedding).containsExactly(0, 1, 1));
	}

	@Test
	void refusesAVectorOfAnotherDimension() {
		assertThatExceptionOfType(DataAccessException.class)
			.isThrownBy(() -> this.documents.save(new Document(5, new float[] { 1, 2 }, null)))
			.withMessageContaining("expected vector dimension 3")
			.isInstanceOf(InvalidDataAccessResourceUsageException.class);
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	@EntityScan(basePackageClasses = Document.class)
	@EnableJpaRepositories(basePackageClasses = DocumentRepository.class, considerNestedRepositories = true)
	static class Application {

	}

	interface DocumentRepository extends JpaRepository<Document, Integer> {

		@Query("select d from Document d order by l2_distance(d.embedding, :v)")
		List<Document> nearest(float[] v);

		@Query("select d from Document d where l2_distance(d.precise, :v) < :distance")
		List<Document> within(double[] v, double distance);

	}

	@Entity(name = "Document")
	static class Document {

		@Id
		int id;

		@JdbcTypeCode(SqlTypes.VECTOR_FLOAT32)
		@Array(length = 3)
		float[] embedding;

		@JdbcTypeCode(SqlTypes.VECTOR_FLOAT64)
		@Array(length = 2)
		double[] precise;

		protected Document() {
		}

		Document(int id, float[] embedding, double[] precise) {
			this.id = id;
			this.embedding = embedding;
			this.precise = precise;
		}

	}

}
