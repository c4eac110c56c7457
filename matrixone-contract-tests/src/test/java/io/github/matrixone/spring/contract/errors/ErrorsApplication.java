package io.github.matrixone.spring.contract.errors;

import java.util.List;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.data.domain.Persistable;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.jpa.repository.config.EnableJpaRepositories;
import org.springframework.test.context.DynamicPropertyRegistry;

import io.github.matrixone.spring.contract.ServerUnderTest;

/**
 * An application with a table that has every kind of constraint, and entities for what is
 * not there.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@EntityScan(basePackageClasses = ErrorsApplication.class)
@EnableJpaRepositories(basePackageClasses = ErrorsApplication.class, considerNestedRepositories = true)
class ErrorsApplication {

	static final String DATABASE = "contract_errors";

	static final String URL = DATABASE + "?createDatabaseIfNotExist=true";

	static void server(DynamicPropertyRegistry registry) {
		ServerUnderTest.get().register(registry, URL);
		registry.add("spring.sql.init.schema-locations", () -> "classpath:/" + schema());
	}

	private static String schema() {
		return ErrorsApplication.class.getPackageName().replace('.', '/') + "/schema.sql";
	}

	interface PartRepository extends JpaRepository<Part, Integer> {

		@Modifying
		@Query("UPDATE Part p SET p.quantity = p.quantity + 1 WHERE p.id = :id")
		void increment(int id);

		@Query(value = "SELECT 1 FRM part", nativeQuery = true)
		List<Integer> misspelled();

		@Query(value = "SELECT sleep(5)", nativeQuery = true)
		Integer sleep();

	}

	interface ParentRepository extends JpaRepository<Parent, Integer> {

		@Modifying
		@Query("DELETE FROM Parent p")
		void deleteEvery();

	}

	interface MissingTableRepository extends JpaRepository<MissingTable, Integer> {

	}

	interface MissingDatabaseRepository extends JpaRepository<MissingDatabase, Integer> {

	}

	interface MissingColumnRepository extends JpaRepository<MissingColumn, Integer> {

		@Modifying
		@Query("UPDATE MissingColumn m SET m.missing = 1")
		void update();

	}

	@Entity(name = "Part")
	@Table(name = "part")
	static class Part implements Persistable<Integer> {

		@Id
		private Integer id;

		private String name;

		private Integer serialNumber;

		private Long quantity;

		private Integer parentId;

		Part() {
		}

		Part(int id, String name, Integer serialNumber, Long quantity, Integer parentId) {
			this.id = id;
			this.name = name;
			this.serialNumber = serialNumber;
			this.quantity = quantity;
			this.parentId = parentId;
		}

		@Override
		public Integer getId() {
			return this.id;
		}

		@Override
		public boolean isNew() {
			return true;
		}

		Object[] values() {
			return new Object[] { this.id, this.name, this.serialNumber, this.quantity, this.parentId };
		}

	}

	@Entity(name = "Parent")
	@Table(name = "parent")
	static class Parent {

		@Id
		private Integer id;

	}

	@Entity(name = "MissingTable")
	@Table(name = "missing")
	static class MissingTable {

		@Id
		private Integer id;

	}

	@Entity(name = "MissingDatabase")
	@Table(name = "part", catalog = "contract_missing")
	static class MissingDatabase {

		@Id
		private Integer id;

	}

	@Entity(name = "MissingColumn")
	@Table(name = "part")
	static class MissingColumn {

		@Id
		private Integer id;

		@Column(name = "missing")
		private Integer missing;

	}

}
