package io.github.matrixone.spring.contract.jpa;

import java.util.stream.Stream;

import jakarta.persistence.Converter;
import jakarta.persistence.Embeddable;
import jakarta.persistence.Entity;
import jakarta.persistence.MappedSuperclass;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;

/**
 * An application with all mappings, whose tables Hibernate creates.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
class MappingApplication {

	@Bean
	static PersistenceManagedTypes persistenceManagedTypes() {
		return PersistenceManagedTypes.of(Stream.of(types()).map(Class::getName).toArray(String[]::new));
	}

	static Class<?>[] types() {
		return Stream
			.of(MappingBasicTypesTests.class, MappingLobsTests.class, MappingJsonTests.class, MappingColumnsTests.class,
					MappingIdsTests.class, MappingAssociationsTests.class, MappingInheritanceTests.class,
					MappingVersionsTests.class)
			.flatMap((tests) -> Stream.of(tests.getDeclaredClasses()))
			.filter(MappingApplication::isMapped)
			.toArray(Class<?>[]::new);
	}

	private static boolean isMapped(Class<?> type) {
		return type.isAnnotationPresent(Entity.class) || type.isAnnotationPresent(Embeddable.class)
				|| type.isAnnotationPresent(MappedSuperclass.class) || type.isAnnotationPresent(Converter.class);
	}

}
