package io.github.matrixone.spring.boot.test.sandbox.schema;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Convert;
import jakarta.persistence.Converts;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.IdClass;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Of which classes a change is noticed, because tables are made from them.
 */
class EntityClassFilesTests {

	@Test
	void areThoseOfFields() {
		assertThat(EntityClassFiles.reachable(List.of(Item.class))).contains(Item.class, Price.class, Currency.class);
	}

	@Test
	void areThoseThatAnnotationsName() {
		assertThat(EntityClassFiles.reachable(List.of(Item.class))).contains(OfField.class, OfMethod.class, Key.class,
				Generated.class, Generator.class);
	}

	@Test
	void areThoseOfTheApplication() {
		assertThat(EntityClassFiles.reachable(List.of(Item.class)))
			.noneMatch((type) -> type.getName().startsWith("jakarta.") || type.getName().startsWith("java."));
	}

	@Entity
	@IdClass(Key.class)
	static class Item {

		@Generated
		long id;

		@Converts(@Convert(converter = OfField.class))
		String name;

		Price price;

		@Convert(converter = OfMethod.class)
		String getName() {
			return this.name;
		}

	}

	@Embeddable
	static class Price {

		Currency currency;

	}

	enum Currency {

		EUR

	}

	record Key(long id) {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@GeneratedBy(Generator.class)
	@interface Generated {

	}

	@Retention(RetentionPolicy.RUNTIME)
	@interface GeneratedBy {

		Class<?> value();

	}

	static class Generator {

	}

	abstract static class OfField implements AttributeConverter<String, String> {

	}

	abstract static class OfMethod implements AttributeConverter<String, Integer> {

	}

}
