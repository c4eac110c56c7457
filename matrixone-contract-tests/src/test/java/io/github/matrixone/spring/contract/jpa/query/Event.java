package io.github.matrixone.spring.contract.jpa.query;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import org.hibernate.annotations.SQLDelete;
import org.hibernate.annotations.SQLRestriction;

@Entity
@SQLDelete(sql = "update event set deleted = 1 where id = ? and version = ?")
@SQLRestriction("deleted = 0")
class Event {

	@Id
	@GeneratedValue(strategy = GenerationType.IDENTITY)
	Long id;

	@Version
	int version;

	String text;

	int deleted;

	protected Event() {
	}

	Event(String text) {
		this.text = text;
	}

}
