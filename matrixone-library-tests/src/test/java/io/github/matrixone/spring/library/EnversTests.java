package io.github.matrixone.spring.library;

import java.util.List;

import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.hibernate.envers.AuditReader;
import org.hibernate.envers.AuditReaderFactory;
import org.hibernate.envers.Audited;
import org.hibernate.envers.RevisionType;
import org.hibernate.envers.query.AuditEntity;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import io.github.matrixone.spring.boot.autoconfigure.jpa.MatrixOneJpaAutoConfiguration;
import io.github.matrixone.spring.clone.CloneOperations;
import io.github.matrixone.spring.contract.EnabledIfServer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hibernate Envers, which writes its revisions as the transaction is committed.
 */
@EnabledIfServer
@SpringBootTest(classes = EnversTests.Application.class,
		properties = { "spring.jpa.hibernate.ddl-auto=update", "spring.jpa.open-in-view=false" })
class EnversTests {

	private static LibraryDatabase database;

	@Autowired
	private EntityManager entities;

	@Autowired
	private PlatformTransactionManager transactions;

	@Autowired
	private CloneOperations clones;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		database = LibraryDatabase.create("envers", "", registry);
	}

	@Test
	void keepsEachRevision() {
		TransactionTemplate transaction = new TransactionTemplate(this.transactions);
		long id = transaction.execute((status) -> save("first"));
		transaction.executeWithoutResult((status) -> this.entities.find(Audit.class, id).name = "second");
		transaction.executeWithoutResult((status) -> this.entities.remove(this.entities.find(Audit.class, id)));
		transaction.executeWithoutResult((status) -> {
			AuditReader reader = AuditReaderFactory.get(this.entities);
			List<Number> revisions = reader.getRevisions(Audit.class, id);
			assertThat(revisions).hasSize(3);
			assertThat(reader.find(Audit.class, id, revisions.get(0)).name).isEqualTo("first");
			assertThat(reader.find(Audit.class, id, revisions.get(1)).name).isEqualTo("second");
			List<?> deletions = reader.createQuery()
				.forRevisionsOfEntity(Audit.class, false, true)
				.add(AuditEntity.id().eq(id))
				.add(AuditEntity.revisionType().eq(RevisionType.DEL))
				.getResultList();
			assertThat(deletions).hasSize(1);
		});
	}

	@Test
	void keepsARevisionWithACloneOrNotAtAll() {
		Together together = new Together(this.transactions, this.clones);
		long before = database.count("revinfo");
		together.rollBack(() -> save("rolled back"), "audit", "gone");
		assertThat(database.count("revinfo")).isEqualTo(before);
		together.commit(() -> save("committed"), "audit", "kept");
		assertThat(database.count("revinfo")).isEqualTo(before + 1);
		assertThat(database.hasTable("gone")).isFalse();
		assertThat(database.count("kept")).isEqualTo(database.count("audit"));
	}

	private long save(String name) {
		Audit audit = new Audit();
		audit.name = name;
		this.entities.persist(audit);
		return audit.id;
	}

	@Audited
	@Entity(name = "audit")
	static class Audit {

		@Id
		@GeneratedValue(strategy = GenerationType.IDENTITY)
		Long id;

		String name;

	}

	@Configuration(proxyBeanMethods = false)
	@StarterOnly
	@ImportAutoConfiguration({ HibernateJpaAutoConfiguration.class, MatrixOneJpaAutoConfiguration.class })
	@EntityScan(basePackageClasses = EnversTests.class)
	static class Application {

	}

}
